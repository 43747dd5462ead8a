-- Grain: cutoff × product that may be recommended there, by is_offered of known_products.
select
    cutoff_id,
    product_index
from {{ ref('known_products') }}
where is_offered
