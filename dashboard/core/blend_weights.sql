-- section: sources
-- order: 30
-- title: Weight of each source in the blend
-- unit: weight; the weights of a column add up to 1
-- interval: none: weights are chosen on the tuning cutoffs, not estimated
-- read: Each column is a group of customers, by their number of interactions or by tier. A stronger colour means a higher
--    weight of the source in that group.
-- empty: No weights were learned.

select
    replace(source, '_', ' ') as source,
    case tier when 'history' then activity_band else replace(tier, '_', ' ') end as band,
    weight,
    tune_ndcg,
    tune_list_count
from ranking.blend_weights
where mode = 'all'
order by
    source,
    tier = 'history',
    tier,
    try_cast(regexp_extract(activity_band, '^[0-9]+') as integer),
    activity_band
