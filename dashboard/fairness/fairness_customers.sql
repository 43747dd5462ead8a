-- section: fairness
-- order: 10
-- title: Are groups of customers served alike?
-- unit: nDCG of all others less that of the group, lists as they are shown, test cutoff
-- interval: stratified bootstrap interval over customers
-- read: Right of 0 the group is served worse than the others. The short tick is the bound: a check fails where the whole
--    interval lies beyond it, still so among all checks. No difference is no proof of fairness.
-- empty: No group had enough customers to be compared.

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
