-- Grain: cutoff × product × companion that may be recommended: the most_companions best by pair_score = confidence × ln(1 +
-- lift). Confidence alone would propose what everybody orders, lift alone what hardly anybody does. Lossy: the other companions,
-- so that cost doesn't grow with the square of the catalogue.
{%- set most_companions = 100 %}
with ranked as (
    select
        pairs.cutoff_id,
        pairs.product_index,
        pairs.companion_index,
        pairs.confidence * ln(1 + pairs.lift) as pair_score,
        row_number() over (
            partition by pairs.cutoff_id, pairs.product_index
            order by pairs.confidence * ln(1 + pairs.lift) desc nulls last, pairs.companion_index asc nulls last
        ) as place
    from {{ ref('product_pairs') }} as pairs
    inner join {{ ref('cutoff_products') }} as products
        on
            pairs.cutoff_id = products.cutoff_id
            and pairs.companion_index = products.product_index
)

select
    cutoff_id,
    product_index,
    companion_index,
    pair_score
from ranked
where place <= {{ most_companions }}
