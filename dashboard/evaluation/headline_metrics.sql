-- section: glance
-- order: 10
-- title: Quality of the lists, compared with popularity
-- unit: metric from 0 to 1, lists of 10, test cutoff, repeats allowed
-- interval: bootstrap interval over customers; catalogue coverage is one number over all lists and has none
-- read: Further right is better. If the intervals of the final list and of popularity do not overlap, the difference is
--    significant.
-- empty: No list could be evaluated: after the test cutoff, no customer chose a product that could have been recommended.

with metrics (metric, row_label, metric_position) as (
    values
    ('ndcg_at_k', 'nDCG: ranking quality', 1),
    ('hit_rate_at_k', 'Customers with a hit', 2),
    ('recall_at_k', 'Share of the chosen products that are in the list', 3),
    ('precision_at_k', 'Share of the list that the customer chose', 4),
    ('catalogue_coverage_share', 'Share of the catalogue shown', 5)
),

lists (source, list_kind, list_position) as (
    values
    ('assembled', 'final list', 1),
    ('hybrid', 'before rules and diversity', 2),
    ('popularity', 'popularity', 3)
)

select
    metrics.row_label as metric,
    lists.list_kind,
    performance.value,
    performance.ci_low,
    performance.ci_high,
    coalesce(performance.ci_high, performance.value) as label_at,
    performance.customer_count
from marts.model_performance as performance
inner join metrics on performance.metric = metrics.metric
inner join lists on performance.source = lists.source
where
    performance.cutoff_id = 'test'
    and performance.mode = 'all'
    and performance.slice = 'all'
    and performance.k = 10
order by metrics.metric_position, lists.list_position
