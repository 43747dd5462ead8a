-- section: fairness
-- order: 40
-- title: Trade-off between quality and fairness
-- unit: change of nDCG (up is better) and change of the fairness measure (left is less difference), tuning cutoffs
-- interval: paired bootstrap interval over customers, in both directions
-- read: Up and left is better on both axes. Each line starts at the current setting (0, 0) and follows one mitigation with
--    increasing strength. A mitigation below and to the right of another is never the better choice. Choose the fairness
--    measure below the chart.
-- empty: This release tried no mitigation.

with tried as (
    select
        mitigation,
        strength,
        fairness_measure,
        setting,
        list_count,
        fairness_change,
        fairness_change_low,
        fairness_change_high,
        ndcg_change,
        ndcg_change_low,
        ndcg_change_high
    from marts.mitigation_tradeoff
    where ndcg_change is not null and fairness_change is not null
),

starts as (
    select distinct
        mitigation,
        0.0 as strength,
        fairness_measure,
        'current setting' as setting,
        list_count,
        0.0 as fairness_change,
        0.0 as fairness_change_low,
        0.0 as fairness_change_high,
        0.0 as ndcg_change,
        0.0 as ndcg_change_low,
        0.0 as ndcg_change_high
    from tried
),

both_ends as (
    select * from tried
    union all
    select * from starts
)

select * replace (replace(mitigation, '_', ' ') as mitigation)
from both_ends
order by fairness_measure, mitigation, strength
