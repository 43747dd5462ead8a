-- section: glance
-- order: 40
-- title: What rules, diversity and exploration cost
-- unit: change of nDCG against the step before, lists as they are shown, test cutoff
-- interval: bootstrap interval over customers, paired
-- read: Left of 0 a step costs quality, right of it the step adds some. Where the interval holds 0, nothing can be said.
-- empty: No steps of assembly were measured.

select
    step_number || '. ' || replace(step, '_', ' ') as step,
    case mode when 'all' then 'repeats allowed' else 'new products only' end as lists,
    difference,
    ci_low,
    ci_high
from marts.assembly_effects
where metric = 'ndcg_at_k' and difference is not null and cutoff_id = 'test'
order by step_number asc, lists desc
