-- Grain: cutoff × product that may be recommended and is rising: it had more interaction weight in the last period_days before
-- the cutoff than expected from the period_days before. The expectation is scaled by the growth of all products, so that a good
-- month of the shop is not a trend of each product. growth is the ratio of the two, each increased by prior_weight, so that three
-- sales after one do not count as tripling. rise is the weight of the last period × ln(growth), the product's contribution to the
-- shift of the whole assortment. Growth alone would rank products that hardly anyone buys; weight alone is popularity. A product
-- without a past rises from zero, as a new one should.
{#- The last 28 days against the 28 days before, with 10 purchases added to both: three sales after one are not a trend. -#}
{%- set period_days, prior_weight = 28, 10 %}
with weights as (
    select
        cutoffs.cutoff_id,
        interactions.product_index,
        {{ stable_sum(
            "case when interactions.occurred_at >= cutoffs.cutoff_at - interval '" ~ period_days ~ "' day"
            ~ ' then interactions.weight else 0 end'
        ) }} as recent_weight,
        {{ stable_sum('interactions.weight') }} as last_two_weight
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            {{ is_history('interactions', 'cutoffs') }}
            and interactions.occurred_at >= cutoffs.cutoff_at - interval '{{ 2 * period_days }}' day
    group by cutoffs.cutoff_id, interactions.product_index
),

totals as (
    select
        cutoff_id,
        {{ stable_sum('recent_weight') }} as recent_weight,
        {{ stable_sum('last_two_weight - recent_weight') }} as previous_weight
    from weights
    group by cutoff_id
),

compared as (
    select
        weights.cutoff_id,
        weights.product_index,
        weights.recent_weight,
        products.popularity_rank,
        (weights.recent_weight + {{ prior_weight }})
        / (
            (weights.last_two_weight - weights.recent_weight) * totals.recent_weight / totals.previous_weight
            + {{ prior_weight }}
        ) as growth
    from weights
    inner join totals on weights.cutoff_id = totals.cutoff_id
    inner join {{ ref('cutoff_products') }} as products
        on
            weights.cutoff_id = products.cutoff_id
            and weights.product_index = products.product_index
    where weights.recent_weight > 0 and totals.previous_weight > 0
),

rising as (
    select
        cutoff_id,
        product_index,
        popularity_rank,
        recent_weight,
        growth,
        recent_weight * ln(growth) as rise
    from compared
    where growth > 1
)

select
    cutoff_id,
    product_index,
    recent_weight,
    growth,
    rise,
    row_number() over (partition by cutoff_id order by rise desc nulls last, popularity_rank asc nulls last) as rise_rank
from rising
