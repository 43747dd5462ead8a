-- Grain: cutoff × segment × product that may be recommended. segment_popularity is the product's share of what the segment's
-- customers did of late, shrunk towards the share among all customers, as if prior_weight of their weight had been seen in the
-- segment as well: a segment of few customers keeps what is popular among all. Read by segment_popularity_candidates.
with segments as (
    select
        weights.cutoff_id,
        weights.segment,
        max(weights.segment_weight) as segment_weight,
        max(priors.prior_weight) as prior_weight
    from {{ ref('segment_weights') }} as weights
    inner join {{ ref('segment_priors') }} as priors on weights.cutoff_id = priors.cutoff_id
    group by weights.cutoff_id, weights.segment
),

product_shares as (
    select
        cutoff_id,
        product_id,
        max(all_share) as product_share
    from {{ ref('segment_weights') }}
    group by cutoff_id, product_id
),

shrunken as (
    select
        segments.cutoff_id,
        segments.segment,
        products.product_id,
        (coalesce(weights.weight, 0) + segments.prior_weight * coalesce(product_shares.product_share, 0))
        / (segments.segment_weight + segments.prior_weight) as segment_popularity
    from segments
    inner join {{ ref('cutoff_products') }} as products on segments.cutoff_id = products.cutoff_id
    left join product_shares
        on
            products.cutoff_id = product_shares.cutoff_id
            and products.product_id = product_shares.product_id
    left join {{ ref('segment_weights') }} as weights
        on
            products.cutoff_id = weights.cutoff_id
            and products.product_id = weights.product_id
            and segments.segment = weights.segment
)

select
    cutoff_id,
    segment,
    product_id,
    segment_popularity,
    row_number() over (
        partition by cutoff_id, segment order by segment_popularity desc nulls last, product_id asc nulls last
    ) as segment_popularity_rank
from shrunken
