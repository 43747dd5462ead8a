-- Grain: cutoff × product with an interaction before it: product factors of als, in the same space as customer_embeddings. The
-- vectors of feature_embeddings differ: they have unit length, are learned from products with common customers, cover brands and
-- categories too, and share no space with customers.
select
    factors.cutoff_id,
    products.product_id,
    factors.fitted_at,
    factors.factors as embedding
from {{ ref('als_product_factors') }} as factors
inner join {{ ref('clean_products') }} as products on factors.product_index = products.product_index
