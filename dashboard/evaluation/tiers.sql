-- section: customers
-- order: 30
-- title: Cold-start tiers
-- unit: share of the customers with a list at the live cutoff
-- interval: none: all customers are counted
-- read: The tier is what a list is made from. Customers with a history get a personal list. The other tiers use stated tastes
--    (survey), the usual context or general popularity.
-- empty: No customer has a list.

select
    replace(tier, '_', ' ') as tier,
    customer_count,
    customer_share,
    full_list_share
from marts.tier_performance
where cutoff_id = 'live' and customer_count > 0
order by customer_count desc, tier asc
