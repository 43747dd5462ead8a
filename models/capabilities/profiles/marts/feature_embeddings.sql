-- Grain: cutoff × attribute (product, category, brand) × value with a learned vector, that is, a value that at least two
-- customers chose together with another one. Arrays have a fixed size, as distance functions and vector indexes require.
select
    cutoff_id,
    attribute,
    attribute_value,
    embedding
from {{ ref('attribute_embeddings') }}
