-- Products, those in most lists first.
select
    products.product_id,
    products.name,
    products.category,
    products.brand,
    products.price,
    products.is_available,
    count(recommendations.customer_id) as list_count
from marts.products as products
left join marts.recommendations as recommendations on products.product_id = recommendations.product_id
group by all
order by list_count desc, products.product_id asc
