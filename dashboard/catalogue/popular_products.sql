-- section: recommendations
-- order: 90
-- title: Most popular products
-- unit: share of all interactions, with higher weights for recent ones, for the 20 most popular products
-- interval: none: all interactions are counted
-- read: A longer bar means a more popular product. The table popular_products also has popularity by segment, country and
--    time of day.
-- empty: No product has interactions yet.

select
    products.name as product,
    popular.popularity_rank,
    popular.popularity_share
from marts.popular_products as popular
inner join marts.products as products on popular.product_id = products.product_id
where popular.scope = 'all' and popular.popularity_rank <= 20 and popular.popularity_share is not null
order by popular.popularity_rank asc
