-- Grain: cutoff. The most popular products, one list for everybody (cell `all`). This source reaches customers without any
-- history.
select
    cutoff_id,
    'all' as cell,
    {{ candidate_arrays('popularity', 'popularity_rank') }}
from {{ ref('cutoff_products') }}
where popularity_rank <= {{ cell_list_depth() }}
group by cutoff_id
