-- Grain: product. The product table where one is mapped, else every product that was ordered or touched. Several contents of
-- one product_id: the newest launch stands, then the record_id. product_index numbers the products for matrices, in the
-- order of their ids. Read by cutoff_products, product_terms and recommendations.
with contents as (
    select
        product_id,
        name,
        description,
        category,
        brand,
        launched_at,
        is_available,
        row_number() over (
            partition by product_id order by launched_at desc nulls last, record_id asc nulls last
        ) as preference
    from {{ ref('product_fates') }}
    where rejection_reason is null
),

catalogue as (
    select *
    from contents
    where preference = 1
),

touched as (
    select product_id from {{ ref('clean_order_lines') }}
    union
    select product_id from {{ ref('clean_events') }}
    where product_id is not null
),

products as (
    select
        coalesce(catalogue.product_id, touched.product_id) as product_id,
        catalogue.name,
        catalogue.description,
        catalogue.category,
        catalogue.brand,
        catalogue.launched_at,
        coalesce(catalogue.is_available, true) as is_available
    from catalogue
    full outer join touched on catalogue.product_id = touched.product_id
)

select
    product_id,
    row_number() over (order by product_id nulls last) - 1 as product_index,
    name,
    description,
    category,
    brand,
    launched_at,
    is_available
from products
