-- section: sources
-- order: 20
-- title: Coverage of each source
-- unit: share of the products chosen after the cutoff that the source had proposed, from 0 to 1
-- interval: none published: one share over the chosen products of all sampled customers
-- read: No ranking can find a product that no source proposes. The union of all sources is therefore the upper limit of every
--    list.
-- empty: No customer chose a product that could have been proposed.

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
