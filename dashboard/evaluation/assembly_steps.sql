-- section: glance
-- order: 40
-- title: Cost of rules, diversity and exploration
-- unit: change of nDCG from the previous assembly step, test cutoff
-- interval: paired bootstrap interval over customers
-- read: To the left of 0 a step lowers quality; to the right of 0 it raises quality. If the interval contains 0, no effect is
--    detected.
-- empty: The assembly steps were not measured.

select
    step_number || '. ' || replace(step, '_', ' ') as step,
    case mode when 'all' then 'repeats allowed' else 'new products only' end as lists,
    difference,
    ci_low,
    ci_high
from marts.assembly_effects
where metric = 'ndcg_at_k' and difference is not null and cutoff_id = 'test'
order by step_number asc, lists desc
