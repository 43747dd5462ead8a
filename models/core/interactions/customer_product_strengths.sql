-- Grain: cutoff × customer × product with at least one interaction before the cutoff. Strength is the input of every candidate
-- source: the sum of interaction weights, each decayed by days and by the number of later moments of the customer. source_trials
-- holds the decay rates chosen on the tuning cutoffs. Rows are written in the order of customers, so that a query for some
-- customers reads a small part of the table.
with recency as (
    select
        coalesce(1 / half_life_days, 0) as halvings_per_day,
        step_weight
    from {{ ref('source_trials') }}
    where search = 'recency' and is_chosen
),

newest as (
    select
        cutoffs.cutoff_id,
        cutoffs.cutoff_at,
        interactions.customer_index,
        max(interactions.moment_number) as moment_number
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on interactions.occurred_at < cutoffs.cutoff_at
    group by cutoffs.cutoff_id, cutoffs.cutoff_at, interactions.customer_index
)

select
    newest.cutoff_id,
    interactions.customer_index,
    interactions.product_index,
    {{ stable_sum(
        'interactions.weight * power(0.5, ('
        ~ epoch_seconds('newest.cutoff_at') ~ ' - ' ~ epoch_seconds('interactions.occurred_at')
        ~ ') / 86400.0 * recency.halvings_per_day)'
        ~ ' * power(recency.step_weight, newest.moment_number - interactions.moment_number)'
    ) }} as strength,
    count(*) as interaction_count
from {{ ref('interactions') }} as interactions
inner join newest on interactions.customer_index = newest.customer_index and {{ is_history('interactions', 'newest') }}
cross join recency
group by newest.cutoff_id, interactions.customer_index, interactions.product_index
order by interactions.customer_index asc nulls last
