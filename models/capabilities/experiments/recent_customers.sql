-- Grain: customer × variant shown in the days of recent_impressions: outcomes in these days and up to as_of, as in
-- experiment_customers.
with shown as (
    select
        'recent' as experiment,
        customer_id,
        variant,
        shown_at,
        clicked_at,
        purchased_at,
        cast(null as date) as ends_on
    from {{ ref('recent_impressions') }}
),

{{ customer_outcomes() }}
