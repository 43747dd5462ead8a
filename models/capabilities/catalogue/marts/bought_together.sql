-- Grain: product × rank of a companion. For the page of a product: what is often ordered with it and can be bought now, with the
-- orders behind it. Ranked by confidence × ln(1 + lift) like the source of the same name. A product without companions has no
-- row: too few orders hold it beside anything else.
with ranked as (
    select
        pairs.product_id,
        pairs.companion_id,
        pairs.pair_order_count,
        pairs.support_share,
        pairs.confidence,
        pairs.lift,
        row_number() over (
            partition by pairs.product_id
            order by pairs.confidence * ln(1 + pairs.lift) desc nulls last, pairs.companion_id asc nulls last
        ) as companion_rank
    from {{ ref('product_pairs') }} as pairs
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            pairs.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    inner join {{ ref('cutoff_products') }} as products
        on
            pairs.cutoff_id = products.cutoff_id
            and pairs.companion_id = products.product_id
)

select
    product_id,
    cast(companion_rank as integer) as companion_rank,
    companion_id,
    pair_order_count,
    support_share,
    confidence,
    lift
from ranked
where companion_rank <= {{ var('companions_per_product') }}
