-- Grain: cutoff × customer with an interaction before the cutoff with a product of known category or brand. How widely the
-- customer looks around: number of values and Shannon entropy of the interactions over them, in bits; 0 for one single value.
with varieties as (
    select
        cutoff_id,
        customer_index,
        attribute,
        count(*) as value_count,
        {{ entropy_bits('interaction_count') }} as entropy
    from {{ ref('customer_tastes') }}
    group by cutoff_id, customer_index, attribute
)

select
    cutoff_id,
    customer_index,
    max(value_count) filter (where attribute = 'category') as category_count,
    max(entropy) filter (where attribute = 'category') as category_entropy,
    max(value_count) filter (where attribute = 'brand') as brand_count,
    max(entropy) filter (where attribute = 'brand') as brand_entropy
from varieties
group by cutoff_id, customer_index
