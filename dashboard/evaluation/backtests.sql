-- section: sources
-- order: 50
-- title: Quality over past cutoffs
-- unit: nDCG of lists of 10, from 0 to 1, repeats allowed
-- interval: bootstrap interval over customers
-- read: The cutoffs run from left to right, oldest first. Lines that stay apart show that the order of the sources is stable
--    over time.
-- empty: Fewer than two past cutoffs were evaluated. The var backtest_cutoffs adds more.

select
    cast(cast(cutoff_at as date) as varchar) as cutoff,
    case source when 'assembled' then 'final list' else replace(source, '_', ' ') end as source,
    value,
    ci_low,
    ci_high,
    customer_count
from marts.backtest_results
where
    metric = 'ndcg_at_k'
    and k = 10
    and mode = 'all'
    and source in ('assembled', 'popularity', 'als', 'buy_again')
qualify min(cutoff_at) over () < max(cutoff_at) over ()
order by source, cutoff
