-- section: recommendations
-- order: 80
-- title: Most similar products
-- unit: similarity from 0 to 1, by shared customers and by product texts, for the 20 most similar pairs
-- interval: none: similarities are computed, not estimated
-- read: A longer bar means that one product can better replace the other. The table similar_products has all pairs.
-- empty: No two products are similar.

select
    products.name || ' ~ ' || companions.name as pair,
    pairs.similarity
from marts.similar_products as pairs
inner join marts.products as products on pairs.product_id = products.product_id
inner join marts.products as companions on pairs.similar_id = companions.product_id
where pairs.kind = 'blended'
qualify
    row_number() over (
        partition by least(pairs.product_id, pairs.similar_id), greatest(pairs.product_id, pairs.similar_id)
        order by pairs.product_id
    ) = 1
order by pairs.similarity desc, pairs.product_id asc, pairs.similar_id asc
limit 20
