-- Catches a customer who gets a list, or a product that may be on a list, without a row of features at that cutoff.
with listed as (
    select
        listed.cutoff_id,
        customers.customer_id as listed_id
    from {{ ref('cutoff_customers') }} as listed
    inner join {{ ref('clean_customers') }} as customers on listed.customer_index = customers.customer_index
    union all
    select
        listed.cutoff_id,
        products.product_id as listed_id
    from {{ ref('cutoff_products') }} as listed
    inner join {{ ref('clean_products') }} as products on listed.product_index = products.product_index
),

featured as (
    select
        cutoff_id,
        customer_id as featured_id
    from {{ ref('customer_features') }}
    union all
    select
        cutoff_id,
        product_id as featured_id
    from {{ ref('product_features') }}
)

select
    listed.cutoff_id,
    listed.listed_id
from listed
left join featured
    on
        listed.cutoff_id = featured.cutoff_id
        and listed.listed_id = featured.featured_id
where featured.featured_id is null
