-- Grain: product. The catalogue as it is now, cleaned: the dimension that every published table with a product joins to. What is
-- measured of products stands in product_features.
select
    product_id,
    name,
    category,
    brand,
    price,
    is_available,
    launched_at
from {{ ref('clean_products') }}
