-- section: sources
-- order: 10
-- title: Quality of each source alone
-- unit: nDCG of lists of 10, from 0 to 1, test cutoff, customers with a history
-- interval: bootstrap interval over customers
-- read: Further right is better. Weighted, stacked and cascade are ranking methods that combine the sources. The row before
--    rules and diversity repeats the chosen one. The final list can be lower, because rules, diversity and exploration change
--    it.
-- empty: No source could be evaluated.

select
    case source
        when 'assembled' then 'final list'
        when 'hybrid' then 'before rules and diversity'
        else replace(source, '_', ' ')
    end as source,
    case mode when 'all' then 'repeats allowed' else 'new products only' end as lists,
    value,
    ci_low,
    ci_high,
    customer_count
from marts.model_performance
where cutoff_id = 'test' and slice = 'with_history' and metric = 'ndcg_at_k' and k = 10
order by
    max(case when mode = 'all' then value end) over (partition by source) desc nulls last,
    source,
    lists desc
