-- Grain: cutoff × product known at the cutoff: the number of customers who had it before the last horizon before the cutoff, and
-- the number of these who chose it again within that horizon. repeat_rate is the ratio, shrunk towards the average product with
-- the weight of prior_repeats repeats; NULL if no product was chosen again.
{%- set prior_repeats = 1 %}
with histories as (
    select
        cutoffs.cutoff_id,
        interactions.customer_index,
        interactions.product_index,
        max(interactions.occurred_at) >= max(cutoffs.cutoff_at) - interval '{{ var("horizon_days") }}' day as is_repeated
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
    group by cutoffs.cutoff_id, interactions.customer_index, interactions.product_index
    having min(interactions.occurred_at) < max(cutoffs.cutoff_at) - interval '{{ var("horizon_days") }}' day
),

counts as (
    select
        cutoff_id,
        product_index,
        count(*) as customer_count,
        count(*) filter (where is_repeated) as repeat_count
    from histories
    group by cutoff_id, product_index
),

averages as (
    select
        cutoff_id,
        sum(customer_count) / cast(nullif(sum(repeat_count), 0) as double) as customers_per_repeat
    from counts
    group by cutoff_id
)

select
    known.cutoff_id,
    known.product_index,
    coalesce(counts.customer_count, 0) as customer_count,
    coalesce(counts.repeat_count, 0) as repeat_count,
    (coalesce(counts.repeat_count, 0) + {{ prior_repeats }})
    / (coalesce(counts.customer_count, 0) + {{ prior_repeats }} * averages.customers_per_repeat) as repeat_rate
from {{ ref('known_products') }} as known
left join counts
    on
        known.cutoff_id = counts.cutoff_id
        and known.product_index = counts.product_index
left join averages on known.cutoff_id = averages.cutoff_id
