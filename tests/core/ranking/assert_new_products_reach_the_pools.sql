-- Catches new products that no customer gets because they have no history to be scored by. If sources propose products of at most
-- new_product_days to a customer, the pool has as many of them as it reserves positions for.
with new_products as (
    select
        lists.list_index,
        lists.cutoff_id,
        lists.mode,
        lists.customer_index,
        rhythm.product_index
    from {{ ref('lists') }} as lists
    inner join {{ ref('product_rhythm') }} as rhythm on lists.cutoff_id = rhythm.cutoff_id
    where rhythm.age_days <= {{ var('new_product_days') }}
),

proposed as (
    select
        new_products.list_index,
        count(distinct proposals.product_index) as product_count
    from {{ ref('candidates') }} as proposals
    inner join new_products
        on
            proposals.cutoff_id = new_products.cutoff_id
            and proposals.customer_index = new_products.customer_index
            and proposals.product_index = new_products.product_index
            and proposals.source_rank <= {{ var('candidates_per_source') }}
    left join {{ ref('eligibility_signals') }} as signals
        on
            proposals.cutoff_id = signals.cutoff_id
            and proposals.customer_index = signals.customer_index
            and proposals.product_index = signals.product_index
            and signals.is_disliked
    left join {{ ref('customer_product_strengths') }} as strengths
        on
            new_products.mode = 'discovery'
            and proposals.cutoff_id = strengths.cutoff_id
            and proposals.customer_index = strengths.customer_index
            and proposals.product_index = strengths.product_index
    where signals.product_index is null and strengths.product_index is null
    group by new_products.list_index
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
