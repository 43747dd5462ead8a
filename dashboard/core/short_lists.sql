-- section: recommendations
-- order: 60
-- title: Customers with a short list
-- unit: customers with a list shorter than list_length
-- interval: none: all customers are counted
-- read: Each bar is a reason. The table short_lists has the customers and the length of their lists.
-- empty: All customers have a full list.

select
    replace(short_reason, '_', ' ') as reason,
    count(*) as customer_count,
    min(product_count) as fewest_products,
    max(product_count) as most_products
from marts.short_lists
group by short_reason
order by customer_count desc, reason asc
