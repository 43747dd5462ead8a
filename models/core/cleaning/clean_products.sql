-- Grain: product. The product table where one is mapped, else every product that was ordered or touched. product_index
-- numbers the products for matrices, in the order of their ids.
with catalogue as (
    select
        product_id,
        clean_name,
        description,
        clean_category,
        clean_brand,
        clean_price,
        is_category_imputed,
        is_brand_imputed,
        is_price_imputed,
        clean_size,
        clean_size_unit,
        launched_at,
        is_available
    from {{ ref('product_dispositions') }}
    where rejection_reason is null
),

touched as (
    select product_id from {{ ref('order_line_dispositions') }}
    where rejection_reason is null or undone_at is not null
    union
    select product_id from {{ ref('event_dispositions') }}
    where product_id is not null and rejection_reason is null
),

products as (
    select
        coalesce(catalogue.product_id, touched.product_id) as product_id,
        catalogue.clean_name as name,
        catalogue.description,
        case when catalogue.product_id is null then 'unknown' else catalogue.clean_category end as category,
        catalogue.clean_brand as brand,
        catalogue.clean_price as price,
        coalesce(catalogue.is_category_imputed, true) as is_category_imputed,
        coalesce(catalogue.is_brand_imputed, false) as is_brand_imputed,
        coalesce(catalogue.is_price_imputed, false) as is_price_imputed,
        catalogue.clean_size as size,
        catalogue.clean_size_unit as size_unit,
        catalogue.launched_at,
        coalesce(catalogue.is_available, true) as is_available
    from catalogue
    full outer join touched on catalogue.product_id = touched.product_id
)

select
    product_id,
    cast(row_number() over (order by product_id nulls last) - 1 as integer) as product_index,
    name,
    description,
    category,
    brand,
    price,
    is_category_imputed,
    is_brand_imputed,
    is_price_imputed,
    size,
    size_unit,
    launched_at,
    is_available
from products
