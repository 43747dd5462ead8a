-- section: customers
-- order: 30
-- title: What the lists of customers are made from
-- unit: share of the customers who get a list now
-- interval: none: everybody is counted
-- read: Customers with a history get a list of their own. Others get a list by stated tastes (survey), by their usual situation
--    (context) or by what is popular with everybody.
-- empty: Nobody got a list.

select
    replace(rung, '_', ' ') as rung,
    customer_count,
    customer_share,
    full_list_share
from marts.ladder_performance
where cutoff_id = 'live' and customer_count > 0
order by customer_count desc, rung asc
