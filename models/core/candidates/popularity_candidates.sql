-- Grain: cutoff. One list of the most popular products for everyone (cell `all`). It reaches customers without a history.
select
    cutoff_id,
    'all' as cell,
    {{ candidate_arrays('popularity', 'popularity_rank') }}
from {{ ref('cutoff_products') }}
where popularity_rank <= {{ cell_list_depth() }}
group by cutoff_id
