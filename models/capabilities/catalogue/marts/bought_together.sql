-- Grain: product × rank of a companion, for the product page. A companion is ordered with the product more often than by chance
-- and can be bought now. The order is that of product_companions, best first. A product without companions has no row: too few of
-- its orders contain another product. Lossy: pairs with fewer orders than smallest_published_cell, and products with fewer known
-- buyers (guests do not count), have no row, because a reader who knows one purchase of a customer could infer another.
{%- set most_companions = 10 %}   {#- products for the product page; at most those of product_companions #}
with ranked as (
    select
        pairs.*,
        row_number() over (partition by pairs.product_index order by pairs.companion_rank asc nulls last) as place
    from {{ ref('product_companions') }} as pairs
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            pairs.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    {%- for side in ['product', 'companion'] %}
    inner join {{ ref('product_rhythm') }} as {{ side }}_buyers
        on
            pairs.cutoff_id = {{ side }}_buyers.cutoff_id
            and pairs.{{ side }}_index = {{ side }}_buyers.product_index
            and {{ side }}_buyers.buyer_count not between 1 and {{ var('smallest_published_cell') }} - 1
    {%- endfor %}
    where pairs.lift > 1 and pairs.pair_order_count >= {{ var('smallest_published_cell') }}
)

select
    products.product_id,
    cast(ranked.place as integer) as companion_rank,
    companions.product_id as companion_id,
    ranked.pair_order_count,
    ranked.support_share,
    ranked.confidence,
    ranked.lift
from ranked
inner join {{ ref('clean_products') }} as products on ranked.product_index = products.product_index
inner join {{ ref('clean_products') }} as companions on ranked.companion_index = companions.product_index
where ranked.place <= {{ most_companions }}
