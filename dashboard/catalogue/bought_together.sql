-- section: recommendations
-- order: 70
-- title: Products bought together
-- unit: orders that contain both products, for the 20 most frequent pairs
-- interval: none: all orders are counted
-- read: A longer bar means more orders with both products. The tooltip shows the lift: the number of orders with both,
--    divided by the number expected if customers bought the two products independently.
-- empty: No two products occur together in enough orders.

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
