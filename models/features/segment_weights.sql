-- Grain: cutoff × segment × product with an interaction of the segment's customers before the cutoff. Weights are decayed as
-- product_popularity is. A segment all of whose weight has decayed to nothing isn't here. Read by segment_priors and
-- segment_popularity.
with weights as (
    select
        cutoffs.cutoff_id,
        segments.segment,
        interactions.product_id,
        {{ stable_sum(decayed_weight('interactions', 'cutoffs.cutoff_at', var('popularity_half_life_days'))) }} as weight
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
    inner join {{ ref('clean_customers') }} as customers on interactions.customer_id = customers.customer_id
    inner join {{ ref('customer_segments') }} as segments
        on
            cutoffs.cutoff_id = segments.cutoff_id
            and customers.customer_index = segments.customer_index
    group by cutoffs.cutoff_id, segments.segment, interactions.product_id
),

segment_totals as (
    select
        cutoff_id,
        segment,
        {{ stable_sum('weight') }} as weight
    from weights
    group by cutoff_id, segment
),

totals as (
    select
        cutoff_id,
        {{ stable_sum('weight') }} as weight
    from weights
    group by cutoff_id
),

product_totals as (
    select
        cutoff_id,
        product_id,
        {{ stable_sum('weight') }} as weight
    from weights
    group by cutoff_id, product_id
)

select
    weights.cutoff_id,
    weights.segment,
    weights.product_id,
    weights.weight,
    segment_totals.weight as segment_weight,
    product_totals.weight / totals.weight as all_share
from weights
inner join totals on weights.cutoff_id = totals.cutoff_id
inner join segment_totals
    on
        weights.cutoff_id = segment_totals.cutoff_id
        and weights.segment = segment_totals.segment
inner join product_totals
    on
        weights.cutoff_id = product_totals.cutoff_id
        and weights.product_id = product_totals.product_id
where segment_totals.weight > 0
