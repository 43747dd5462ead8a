-- section: recommendations
-- order: 10
-- title: Reasons for the recommendations
-- unit: share of all list positions
-- interval: none: all positions are counted
-- read: The reason states what contributed most to the product's score. Customers may read its text.
-- empty: There are no lists.

select
    replace(reason_code, '_', ' ') as reason,
    count(*) as position_count,
    count(*) / sum(count(*)) over () as share
from marts.recommendations
group by reason_code
order by position_count desc, reason asc
