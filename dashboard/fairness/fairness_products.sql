-- section: fairness
-- order: 30
-- title: Exposure of product groups, relative to demand
-- unit: share of exposure divided by share of what customers chose (1 = equal), logarithmic scale
-- interval: stratified bootstrap interval over customers
-- read: To the left of 1, a group is shown less than customers choose it. The short tick is the bound. Below the bound the
--    check warns or fails.
-- empty: No product group had enough customers to compare.

select
    replace(attribute || ': ' || protected_group, '_', ' ') as row_label,
    observed,
    ci_low,
    ci_high,
    bound,
    q_value,
    customer_count,
    case status when 'not_enough_data' then 'not enough data' else status end as status
from marts.fairness_audits
where source = 'assembled' and metric = 'exposure_merit' and is_gate and observed > 0 and coalesce(ci_low, observed) > 0
qualify row_number() over (partition by attribute, protected_group order by severity, check_name) = 1
order by attribute, observed, protected_group
limit 50
