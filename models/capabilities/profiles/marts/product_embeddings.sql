-- Grain: cutoff × product somebody touched before it. Where each product lies in the space of als, the same one as that of
-- customer_embeddings. The vectors of feature_embeddings are others: of unit length, learnt from which products share customers,
-- for brands and categories too, and in no common space with customers.
select
    factors.cutoff_id,
    products.product_id,
    factors.fitted_at,
    factors.factors as embedding
from {{ ref('als_product_factors') }} as factors
inner join {{ ref('clean_products') }} as products on factors.product_index = products.product_index
