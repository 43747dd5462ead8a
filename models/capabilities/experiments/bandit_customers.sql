-- Grain: experiment that runs at as_of × customer whose outcome window has ended: outcomes of the customer, for the bandit. Empty
-- while experiment_bandit_method is none. The window is the day of the customer's first impression and the outcome_days days
-- after it. Newer customers do not count, because they had less time to respond. All outcomes in the window count for the variant
-- that was shown first, also if the customer then saw another one: when shares change, customers move out of the arms that lose
-- share, and an arm without its returning customers would look worse than it is. Lossy: outcomes after the window do not count.
{%- set outcome_days = 7 %}   {#- most clicks and purchases that a list leads to follow within a week #}
{%- set segments = {
    'none': "'all'", 'activity_band': activity_band('outcomes.interaction_count_before'),
    'country': "coalesce(customers.country, 'unknown')",
} %}
with running as (
    select
        experiments.experiment,
        live.cutoff_at
    from {{ ref('experiments') }} as experiments
    inner join {{ ref('cutoffs') }} as live
        on
            live.purpose = 'live'
            and experiments.starts_on <= cast(live.cutoff_at as date)
            and (experiments.ends_on is null or experiments.ends_on >= cast(live.cutoff_at as date))
    where '{{ var("experiment_bandit_method") }}' <> 'none'
),

ordered as (
    select
        impressions.experiment,
        impressions.customer_id,
        impressions.variant,
        cast(impressions.shown_at + interval '{{ outcome_days }}' day as date) as ends_on,
        cast(running.cutoff_at as date) as today,
        row_number() over (
            partition by impressions.experiment, impressions.customer_id
            order by impressions.shown_at asc nulls last, impressions.record_id asc nulls last
        ) as impression_rank
    from {{ ref('measured_impressions') }} as impressions
    inner join running on impressions.experiment = running.experiment
),

shown as (
    select
        firsts.experiment,
        firsts.customer_id,
        firsts.variant,
        impressions.shown_at,
        case when cast(impressions.clicked_at as date) <= firsts.ends_on then impressions.clicked_at end as clicked_at,
        case when cast(impressions.purchased_at as date) <= firsts.ends_on then impressions.purchased_at end as purchased_at,
        firsts.ends_on
    from ordered as firsts
    inner join {{ ref('measured_impressions') }} as impressions
        on
            firsts.experiment = impressions.experiment
            and firsts.customer_id = impressions.customer_id
            and cast(impressions.shown_at as date) <= firsts.ends_on
    where firsts.impression_rank = 1 and firsts.ends_on < firsts.today
),

outcomes as (
    with {{ customer_outcomes() | indent(4) }}
),

segmented as (
    select
        outcomes.*,
        {{ segments[var('experiment_bandit_by')] }} as segment
    from outcomes
    left join {{ ref('clean_customers') }} as customers on outcomes.customer_id = customers.customer_id
),

counted as (
    select
        *,
        count(*) over (partition by experiment, segment) as segment_size
    from segmented
)

select
    experiment,
    customer_id,
    variant,
    is_crossover,
    {#- a rare value identifies a customer #}
    case when segment = 'all' or segment_size >= {{ var('smallest_published_cell') }} then segment else 'other' end as segment,
    impression_count,
    list_count,
    click_count,
    purchase_count,
    order_count,
    valued_order_count,
    revenue,
    interaction_count_before,
    strength_before
from counted
