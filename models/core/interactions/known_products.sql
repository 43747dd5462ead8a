-- Grain: cutoff × product known by then: it may be recommended, or customers interacted with it before. The latter stay where
-- they can no longer be bought, since they still tell a customer's taste.
select
    cutoff_id,
    product_index
from {{ ref('cutoff_products') }}
union
select
    cutoff_id,
    product_index
from {{ ref('customer_product_strengths') }}
