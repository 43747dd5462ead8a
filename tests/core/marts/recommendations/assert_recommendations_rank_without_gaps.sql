-- Catches lists that skip a rank. Scores may rise down a list, because rules, fatigue, diversity and exploration change the
-- order.
with neighbours as (
    select
        customer_id,
        rank,
        lag(rank, 1, 0) over (partition by customer_id order by rank nulls last) as rank_above
    from {{ ref('recommendations') }}
)

select
    customer_id,
    rank,
    rank_above
from neighbours
where rank <> rank_above + 1
