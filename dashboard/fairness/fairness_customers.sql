-- section: fairness
-- order: 10
-- title: Quality of the lists by customer group
-- unit: nDCG of all other groups minus nDCG of the group, final lists, test cutoff
-- interval: stratified bootstrap interval over customers
-- read: To the right of 0 the lists are worse for the group than for the others. The short tick is the bound. A check fails
--    if the whole interval is beyond the bound, after correction for multiple tests, and warns if only a part of it is. No
--    detected difference does not prove fairness.
-- empty: No group had enough customers to compare.

select
    attribute || ': ' || protected_group as row_label,
    observed,
    ci_low,
    ci_high,
    bound,
    q_value,
    customer_count,
    case status when 'not_enough_data' then 'not enough data' else status end as status
from marts.fairness_audits
where source = 'assembled' and metric = 'ndcg_shortfall' and is_gate and observed is not null
order by attribute like '%&%', attribute, protected_group, severity
limit 40
