-- section: glance
-- order: 30
-- title: What changed since the last release
-- unit: difference of nDCG of lists of 10 (this release less the last); overlap: share of products that stayed, 0 to 1
-- interval: bootstrap interval over customers of both releases; overlap is counted and has none
-- read: The short tick is the bound of the gate. A difference is a loss only where the whole interval lies below 0. Overlap
--    tells how much of the lists stayed the same, so neither end is good in itself.
-- empty: No release was built before this one in this warehouse, so there is nothing to compare with. A second make
--    build compares with this one.

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
