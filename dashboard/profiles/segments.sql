-- section: customers
-- order: 10
-- title: Customers by segment
-- unit: customers
-- interval: none: all customers are counted; segments below the smallest published cell are omitted
-- read: Each bar is a group of customers with similar purchases. The tooltip and the numbers show what they buy, and how
--    often.
-- empty: There are no segments.

select
    replace(coalesce(segment_name, segment), '_', ' ') as segment,
    customer_count,
    customer_share,
    top_categories,
    mean_order_count,
    mean_amount_per_order,
    mean_recency_days
from marts.segment_profiles
where cutoff_id = 'live' and customer_count is not null
order by customer_count desc, segment asc
