-- section: recommendations
-- order: 40
-- title: Trade-off between quality and revenue
-- unit: change of nDCG (up is better) and change of revenue per customer in the base currency (right is better), test cutoff
-- interval: paired bootstrap interval over customers, in both directions
-- read: Each line starts at value_weight 0 (no change) and ends at 1, where lists are ordered by expected revenue. A point above
--    and to the right of 0 would be better on both axes. Revenue is the sum of the prices of the listed products that customers
--    chose; select the expected revenue below the chart.
-- empty: No product has a price, or too few customers were evaluated.

with tried as (
    select
        cutoff_id,
        mode,
        value_weight,
        metric,
        value,
        difference,
        difference_low,
        difference_high,
        customer_count
    from marts.value_tradeoff
    where cutoff_id = 'test'
)

select
    case revenue.mode when 'all' then 'repeats allowed' else 'new products only' end as lists,
    revenue.value_weight,
    revenue.metric as measure,
    revenue.value as revenue,
    revenue.difference as revenue_change,
    revenue.difference_low as revenue_change_low,
    revenue.difference_high as revenue_change_high,
    quality.value as ndcg,
    quality.difference as ndcg_change,
    quality.difference_low as ndcg_change_low,
    quality.difference_high as ndcg_change_high,
    revenue.customer_count
from tried as revenue
inner join tried as quality
    on
        revenue.mode = quality.mode
        and revenue.value_weight = quality.value_weight
        and quality.metric = 'ndcg_at_k'
where revenue.metric <> 'ndcg_at_k'
order by measure desc, lists desc, revenue.value_weight asc
