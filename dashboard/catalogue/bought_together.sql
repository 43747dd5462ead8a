-- section: recommendations
-- order: 70
-- title: Products bought together
-- unit: orders that hold both products, the 20 pairs in most orders
-- interval: none: every order is counted
-- read: The longer the bar, the more orders hold both. Lift, in the tooltip, is how many times more orders that is than if
--    the two were bought independently.
-- empty: No two products are in enough orders together.

select
    products.name || ' + ' || companions.name as pair,
    pairs.pair_order_count,
    pairs.lift
from marts.bought_together as pairs
inner join marts.products as products on pairs.product_id = products.product_id
inner join marts.products as companions on pairs.companion_id = companions.product_id
where pairs.pair_order_count is not null
qualify
    row_number() over (
        partition by least(pairs.product_id, pairs.companion_id), greatest(pairs.product_id, pairs.companion_id)
        order by pairs.product_id
    ) = 1
order by pairs.pair_order_count desc, pairs.product_id asc, pairs.companion_id asc
limit 20
