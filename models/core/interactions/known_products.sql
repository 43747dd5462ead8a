-- Grain: cutoff × product known by then: it may be recommended, or customers interacted with it before. The latter stay where
-- they can no longer be bought, since they still tell a customer's taste.
with known as (
    select
        cutoff_id,
        product_id
    from {{ ref('cutoff_products') }}
    union
    select
        cutoff_id,
        product_id
    from {{ ref('customer_product_strengths') }}
)

select
    known.cutoff_id,
    known.product_id,
    products.product_index
from known
inner join {{ ref('clean_products') }} as products on known.product_id = products.product_id
