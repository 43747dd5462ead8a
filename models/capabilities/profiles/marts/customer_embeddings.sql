-- Grain: cutoff × customer with a history: customer factors of als. The inner product with a row of product_embeddings is the
-- score of als. Arrays have a fixed size, as distance functions and vector indexes require.
select
    factors.cutoff_id,
    customers.customer_id,
    factors.factors as embedding
from {{ ref('als_customer_factors') }} as factors
inner join {{ ref('clean_customers') }} as customers on factors.customer_index = customers.customer_index
