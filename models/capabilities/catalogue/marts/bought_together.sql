-- Grain: product × rank of a companion. For the page of a product: what is often ordered with it and can be bought now, with the
-- orders behind it. Ranked by confidence × ln(1 + lift) like the source of the same name. A product without companions has no
-- row: too few orders hold it beside anything else.
{%- set most_companions = 10 %}   {#- products, for the page of a product #}
with ranked as (
    select
        pairs.product_index,
        pairs.companion_index,
        pairs.pair_order_count,
        pairs.support_share,
        pairs.confidence,
        pairs.lift,
        row_number() over (
            partition by pairs.product_index
            order by pairs.confidence * ln(1 + pairs.lift) desc nulls last, pairs.companion_index asc nulls last
        ) as companion_rank
    from {{ ref('product_pairs') }} as pairs
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            pairs.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    inner join {{ ref('cutoff_products') }} as products
        on
            pairs.cutoff_id = products.cutoff_id
            and pairs.companion_index = products.product_index
)

select
    products.product_id,
    cast(ranked.companion_rank as integer) as companion_rank,
    companions.product_id as companion_id,
    ranked.pair_order_count,
    ranked.support_share,
    ranked.confidence,
    ranked.lift
from ranked
inner join {{ ref('clean_products') }} as products on ranked.product_index = products.product_index
inner join {{ ref('clean_products') }} as companions on ranked.companion_index = companions.product_index
where ranked.companion_rank <= {{ most_companions }}
