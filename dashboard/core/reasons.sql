-- section: recommendations
-- order: 10
-- title: Why products are in the lists
-- unit: share of all places in the lists
-- interval: none: every place is counted
-- read: The reason is what contributed most to the product's score, in the words customers may read.
-- empty: There are no lists.

select
    replace(reason_code, '_', ' ') as reason,
    count(*) as place_count,
    count(*) / sum(count(*)) over () as share
from marts.recommendations
group by reason_code
order by place_count desc, reason asc
