-- section: customers
-- order: 30
-- title: What the lists of customers are made from
-- unit: share of the customers who get a list now
-- interval: none: everybody is counted
-- read: Customers with a history get a list of their own. Others get a list by stated tastes (survey), by their usual situation
--    (context) or by what is popular with everybody.
-- empty: Nobody got a list.

select
    replace(tier, '_', ' ') as tier,
    customer_count,
    customer_share,
    full_list_share
from marts.tier_performance
where cutoff_id = 'live' and customer_count > 0
order by customer_count desc, tier asc
