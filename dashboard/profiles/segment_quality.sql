-- section: customers
-- order: 20
-- title: Quality of the lists by segment
-- unit: nDCG of lists of 10, from 0 to 1, test cutoff, repeats allowed
-- interval: bootstrap interval over customers; wide if a segment has few customers
-- read: Further right is better. If the intervals of two segments do not overlap, the difference is significant.
-- empty: No segment had enough customers.

with named as (
    select
        segment,
        segment_name
    from marts.segment_profiles
    where cutoff_id = 'live'
)

select
    replace(coalesce(named.segment_name, performance.slice_value), '_', ' ') as segment,
    case performance.source when 'assembled' then 'final list' else performance.source end as list_kind,
    performance.value,
    performance.ci_low,
    performance.ci_high,
    performance.customer_count
from marts.model_performance as performance
left join named on performance.slice_value = named.segment
where
    performance.cutoff_id = 'test'
    and performance.slice = 'segment'
    and performance.mode = 'all'
    and performance.metric = 'ndcg_at_k'
    and performance.k = 10
    and performance.source in ('assembled', 'popularity')
order by performance.slice_value, list_kind = 'popularity'
