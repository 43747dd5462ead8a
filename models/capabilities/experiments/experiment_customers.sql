-- Grain: experiment × customer × variant shown to the customer, for customers who consent to analytics: outcomes up to as_of,
-- or to the last day of the experiment. A customer who was shown several variants of the experiment is_crossover. The effects
-- of the variants cannot be separated for such customers, so they are counted but excluded from all comparisons.
with shown as (
    select
        experiment,
        customer_id,
        variant,
        shown_at,
        clicked_at,
        purchased_at,
        ends_on
    from {{ ref('measured_impressions') }}
    where variant is not null
),

{{ customer_outcomes() }}
