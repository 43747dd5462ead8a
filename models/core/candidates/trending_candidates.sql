-- Grain: cutoff. One list of the products that rose most recently, for everyone (cell `all`). It reaches customers without a
-- history. If no product rose, the source has no candidates.
select
    cutoff_id,
    'all' as cell,
    {{ candidate_arrays('rise', 'rise_rank') }}
from {{ ref('trending_products') }}
where rise_rank <= {{ cell_list_depth() }}
group by cutoff_id
