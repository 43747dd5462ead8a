-- Grain: cutoff × product known by then: category and brand encoded as numbers without labels, namely their share of the known
-- products and their share of all interactions before the cutoff. Frequency encoding needs no column per value. Unlike target
-- encoding, it cannot leak a label. Unknown brands and categories have no encoding.
with touches as (
    select
        cutoff_id,
        product_index,
        sum(interaction_count) as interaction_count
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id, product_index
),

catalogue as (
    select
        known.cutoff_id,
        known.product_index,
        nullif(products.category, 'unknown') as category,
        nullif(products.brand, 'unknown') as brand,
        coalesce(touches.interaction_count, 0) as interaction_count
    from {{ ref('known_products') }} as known
    inner join {{ ref('clean_products') }} as products on known.product_index = products.product_index
    left join touches
        on
            known.cutoff_id = touches.cutoff_id
            and known.product_index = touches.product_index
),

counted as (
    select
        *,
        cast(count(*) over (partition by cutoff_id) as double) as product_total,
        cast(sum(interaction_count) over (partition by cutoff_id) as double) as interaction_total,
        count(*) over (partition by cutoff_id, category) as category_products,
        sum(interaction_count) over (partition by cutoff_id, category) as category_interactions,
        count(*) over (partition by cutoff_id, brand) as brand_products,
        sum(interaction_count) over (partition by cutoff_id, brand) as brand_interactions
    from catalogue
)

select
    cutoff_id,
    product_index,
    case when category is not null then category_products / product_total end as category_product_share,
    case when category is not null then category_interactions / nullif(interaction_total, 0) end as category_interaction_share,
    case when brand is not null then brand_products / product_total end as brand_product_share,
    case when brand is not null then brand_interactions / nullif(interaction_total, 0) end as brand_interaction_share
from counted
