-- section: customers
-- order: 30
-- title: On which rung of the ladder customers stand
-- unit: share of the customers who get a list now
-- interval: none: everybody is counted
-- read: History means that enough is known for a list of one's own; the other rungs are for those of whom less is known,
--    down to what is popular with everybody.
-- empty: Nobody got a list.

select
    rung,
    customer_count,
    customer_share,
    full_list_share
from marts.ladder_performance
where cutoff_id = 'live' and customer_count > 0
order by customer_count desc, rung asc
