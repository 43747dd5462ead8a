-- The five best companions of each product id in the temporary table asked: bought together, and similar.
select
    'bought together' as kind,
    product_id,
    companion_rank as companion_position,
    companion_id,
    cast(pair_order_count as double) as value
from marts.bought_together
where companion_rank <= 5 and product_id in (select asked.id from asked)
union all
select
    'similar' as kind,
    product_id,
    similarity_rank as companion_position,
    similar_id as companion_id,
    similarity as value
from marts.similar_products
where kind = 'blended' and similarity_rank <= 5 and product_id in (select asked.id from asked)
order by kind, product_id, companion_position
