-- section: recommendations
-- order: 90
-- title: What is popular with everybody
-- unit: share of all interactions, the newest counting most, the 20 most popular products
-- interval: none: every interaction is counted
-- read: The longer the bar, the more the product is chosen. What is popular in a segment, country or time of day is in
--    popular_products.
-- empty: Nothing is popular yet.

select
    products.name as product,
    popular.popularity_rank,
    popular.popularity_share
from marts.popular_products as popular
inner join marts.products as products on popular.product_id = products.product_id
where popular.scope = 'all' and popular.popularity_rank <= 20 and popular.popularity_share is not null
order by popular.popularity_rank asc
