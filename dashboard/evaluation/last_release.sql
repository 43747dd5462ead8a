-- section: glance
-- order: 30
-- title: Change since the last release
-- unit: nDCG of lists of 10, this release minus the last; overlap: share of products in both lists, from 0 to 1
-- interval: bootstrap interval over the customers of both releases; overlap is counted and has none
-- read: The short tick is the bound of the gate. A difference is a loss only if its whole interval is below 0. Overlap
--    measures how much of the lists stayed the same; neither 0 nor 1 is ideal.
-- empty: This warehouse has no earlier release to compare with. The next make build compares with this release.

select
    case gate when 'churn' then 'Overlap of lists' else 'Difference of nDCG' end as measure,
    observed,
    ci_low,
    ci_high,
    bound,
    case status when 'not_enough_data' then 'not enough data' else status end as status,
    severity
from marts.gate_results
where compared_with = 'last release' and severity = 'fail' and observed is not null
order by gate desc, metric asc
