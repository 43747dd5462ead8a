-- Grain: cutoff × attribute (product, category, brand) × value with a learned vector: those that at least two
-- customers chose together with something else. The arrays have a fixed size, so that distance functions and vector indexes take
-- them as they are.
select
    cutoff_id,
    attribute,
    attribute_value,
    embedding
from {{ ref('attribute_embeddings') }}
