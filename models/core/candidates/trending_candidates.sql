-- Grain: cutoff. The products that rose most of late, one list for everybody (cell `all`). Where nothing rose the source is
-- silent. It reaches customers without any history.
select
    cutoff_id,
    'all' as cell,
    {{ candidate_arrays('rise', 'rise_rank') }}
from {{ ref('trending_products') }}
where rise_rank <= {{ cell_list_depth() }}
group by cutoff_id
