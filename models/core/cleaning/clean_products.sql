-- Grain: product: the products of the product table if one is mapped, else the products of order lines and events. product_index
-- numbers the products for matrices, in the order of their ids. Only a run that learns from all products renumbers them. Other
-- runs keep the numbers, because learned tables are keyed by them, and number new products after the existing ones.
{%- set keeps_numbers = remembers_previous_build() and run_scope() not in ['all', 'lists'] %}
with catalogue as (
    select
        product_id,
        clean_name,
        description,
        clean_category,
        clean_brand,
        clean_price,
        clean_cost,
        is_category_imputed,
        is_brand_imputed,
        is_price_imputed,
        clean_size,
        clean_size_unit,
        launched_at,
        clean_is_available
    from {{ ref('product_dispositions') }}
    where rejection_reason is null
),

active as (
    select product_id from {{ ref('order_line_dispositions') }}
    where rejection_reason is null or reversed_at is not null
    union
    select product_id from {{ ref('event_dispositions') }}
    where product_id is not null and rejection_reason is null
),

products as (
    select
        coalesce(catalogue.product_id, active.product_id) as product_id,
        catalogue.clean_name as name,
        catalogue.description,
        case when catalogue.product_id is null then 'unknown' else catalogue.clean_category end as category,
        catalogue.clean_brand as brand,
        catalogue.clean_price as price,
        catalogue.clean_cost as cost,
        coalesce(catalogue.is_category_imputed, true) as is_category_imputed,
        coalesce(catalogue.is_brand_imputed, false) as is_brand_imputed,
        coalesce(catalogue.is_price_imputed, false) as is_price_imputed,
        catalogue.clean_size as size,
        catalogue.clean_size_unit as size_unit,
        catalogue.launched_at,
        coalesce(catalogue.clean_is_available, true) as is_available
    from catalogue
    full outer join active on catalogue.product_id = active.product_id
)

select
    products.product_id,
    {%- if keeps_numbers %}
    cast(
        coalesce(
            numbered.product_index,
            (select max(product_index) from {{ this }}) + row_number() over (
                partition by numbered.product_id is null order by products.product_id nulls last
            )
        ) as integer
    ) as product_index,
    {%- else %}
    cast(row_number() over (order by products.product_id nulls last) - 1 as integer) as product_index,
    {%- endif %}
    products.name,
    products.description,
    products.category,
    products.brand,
    products.price,
    products.cost,
    products.is_category_imputed,
    products.is_brand_imputed,
    products.is_price_imputed,
    products.size,
    products.size_unit,
    products.launched_at,
    products.is_available
from products
{%- if keeps_numbers %}
left join {{ this }} as numbered on products.product_id = numbered.product_id
{%- endif %}
