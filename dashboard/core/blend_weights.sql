-- section: sources
-- order: 30
-- title: How much each source counts
-- unit: weight, adds up to 1 in each column
-- interval: none: weights are chosen on the tune cutoffs, not estimated
-- read: Each column is a group of customers by how many interactions are known of them; the stronger the colour, the more
--    the source counts there.
-- empty: No weights were learnt.

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
