-- Catches lists whose ranks skip or repeat: the last rank must be the number of rows, the first 1.
select
    list_index,
    method,
    count(*) as row_count,
    min(list_rank) as first_rank,
    max(list_rank) as last_rank
from {{ ref('ranked_pool') }}
group by list_index, method
having min(list_rank) <> 1 or max(list_rank) <> count(*)
