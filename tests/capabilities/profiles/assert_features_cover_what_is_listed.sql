-- Catches a customer who gets a list, or a product that may stand on one, without a row of features at that cutoff.
with listed as (
    select
        cutoff_id,
        customer_id as listed_id
    from {{ ref('cutoff_customers') }}
    union all
    select
        cutoff_id,
        product_id as listed_id
    from {{ ref('cutoff_products') }}
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
