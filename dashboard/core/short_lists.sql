-- section: recommendations
-- order: 60
-- title: Who gets fewer products than planned
-- unit: customers with a list shorter than list_length
-- interval: none: everybody is counted
-- read: Each bar is a reason. Who they are, and how many products they get, is in short_lists.
-- empty: Everybody gets a full list.

select
    replace(short_reason, '_', ' ') as reason,
    count(*) as customer_count,
    min(product_count) as fewest_products,
    max(product_count) as most_products
from marts.short_lists
group by short_reason
order by customer_count desc, reason asc
