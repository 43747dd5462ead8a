-- section: sources
-- order: 20
-- title: What the sources propose at all
-- unit: share of what customers chose that the source had proposed, 0 to 1
-- interval: none published: a share of all relevant products of the customers drawn
-- read: No ordering can find what no source proposes: all sources together are the ceiling of every list.
-- empty: Nothing relevant was there to be proposed.

select
    replace(source, '_', ' ') as source,
    case mode when 'all' then 'repeats allowed' else 'new products only' end as lists,
    relevant_share,
    customer_count
from marts.pool_coverage
where cutoff_id = 'test' and slice = 'all' and relevant_share is not null
order by
    max(case when mode = 'all' then relevant_share end) over (partition by source) desc nulls last,
    source,
    lists desc
