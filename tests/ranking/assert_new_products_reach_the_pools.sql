-- Catches new products that meet nobody because nobody's past speaks for them: where sources propose products of at most
-- new_product_days to a customer, the pool holds as many of them as it keeps places for.
with proposed as (
    select
        scores.cutoff_id,
        scores.mode,
        scores.customer_id,
        count(distinct scores.product_id) as product_count
    from {{ ref('candidate_scores') }} as scores
    inner join {{ ref('product_rhythm') }} as rhythm
        on
            scores.cutoff_id = rhythm.cutoff_id
            and scores.product_id = rhythm.product_id
    where rhythm.age_days <= {{ var('new_product_days') }}
    group by scores.cutoff_id, scores.mode, scores.customer_id
),

kept as (
    select
        pool.cutoff_id,
        pool.mode,
        pool.customer_id,
        count(*) as product_count
    from {{ ref('pool') }} as pool
    inner join {{ ref('product_rhythm') }} as rhythm
        on
            pool.cutoff_id = rhythm.cutoff_id
            and pool.product_id = rhythm.product_id
    where rhythm.age_days <= {{ var('new_product_days') }}
    group by pool.cutoff_id, pool.mode, pool.customer_id
)

select
    proposed.cutoff_id,
    proposed.mode,
    proposed.customer_id,
    proposed.product_count,
    kept.product_count as kept_count
from proposed
left join kept
    on
        proposed.cutoff_id = kept.cutoff_id
        and proposed.mode = kept.mode
        and proposed.customer_id = kept.customer_id
where coalesce(kept.product_count, 0) < least(proposed.product_count, {{ var('pool_new_products') }})
