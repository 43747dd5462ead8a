-- Grain: product × rank of a companion. For the page of a product: what is often ordered with it and can be bought now, with the
-- orders behind it, best first as in product_companions. A product without companions has no row: too few orders hold it beside
-- anything else.
{%- set most_companions = 10 %}   {#- products, for the page of a product; at most those of product_companions #}
select
    products.product_id,
    cast(pairs.companion_rank as integer) as companion_rank,
    companions.product_id as companion_id,
    pairs.pair_order_count,
    pairs.support_share,
    pairs.confidence,
    pairs.lift
from {{ ref('product_companions') }} as pairs
inner join {{ ref('cutoffs') }} as cutoffs
    on
        pairs.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'live'
inner join {{ ref('clean_products') }} as products on pairs.product_index = products.product_index
inner join {{ ref('clean_products') }} as companions on pairs.companion_index = companions.product_index
where pairs.companion_rank <= {{ most_companions }}
