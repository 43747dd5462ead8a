-- Grain: product. The current catalogue, cleaned. Dimension for every published table with a product. product_features has
-- the features of products.
select
    product_id,
    name,
    category,
    brand,
    price,
    is_available,
    launched_at
from {{ ref('clean_products') }}
