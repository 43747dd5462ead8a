-- Catches lists that skip a rank or show a lower score above a higher one.
with neighbours as (
    select
        customer_id,
        rank,
        score,
        lag(rank, 1, 0) over (partition by customer_id order by rank nulls last) as rank_above,
        lag(score) over (partition by customer_id order by rank nulls last) as score_above
    from {{ ref('recommendations') }}
)

select
    customer_id,
    rank,
    score,
    rank_above,
    score_above
from neighbours
where rank <> rank_above + 1 or score > score_above
