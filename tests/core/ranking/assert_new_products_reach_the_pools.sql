-- Catches new products that meet nobody because nobody's past speaks for them: where sources propose products of at most
-- new_product_days to a customer, the pool holds as many of them as it keeps places for.
with new_products as (
    select
        lists.list_index,
        rhythm.product_index
    from {{ ref('lists') }} as lists
    inner join {{ ref('product_rhythm') }} as rhythm on lists.cutoff_id = rhythm.cutoff_id
    where rhythm.age_days <= {{ var('new_product_days') }}
),

proposed as (
    select
        scores.list_index,
        count(distinct scores.product_index) as product_count
    from {{ ref('candidate_scores') }} as scores
    inner join new_products
        on
            scores.list_index = new_products.list_index
            and scores.product_index = new_products.product_index
    group by scores.list_index
),

kept as (
    select
        pool.list_index,
        count(*) as product_count
    from {{ ref('pool') }} as pool
    inner join new_products
        on
            pool.list_index = new_products.list_index
            and pool.product_index = new_products.product_index
    group by pool.list_index
)

select
    proposed.list_index,
    proposed.product_count,
    kept.product_count as kept_count
from proposed
left join kept on proposed.list_index = kept.list_index
where coalesce(kept.product_count, 0) < least(proposed.product_count, {{ var('pool_new_products') }})
