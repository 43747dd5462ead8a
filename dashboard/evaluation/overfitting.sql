-- section: learning
-- order: 40
-- title: Do models learn more than holds elsewhere?
-- unit: nDCG on held-out data, 0 to 1, by step of learning
-- interval: none published: one number per step
-- read: Each line is a model at one tune cutoff. A line that falls to the right belongs to a model that overfits; a test warns
--    where a model in use does.
-- empty: Nothing was learnt step by step.

select
    source || ': '
    || case scope when 'all' then 'repeats allowed' when 'discovery' then 'new products only' else replace(scope, '_', ' ') end
    || ', ' || step_unit as model_run,
    step / max(step) over (partition by source, scope) as progress,
    step,
    train_ndcg,
    held_out_ndcg,
    gap,
    case when is_warning then 'overfits' else 'holds' end as verdict
from marts.overfit_monitor
where held_out_ndcg is not null
order by model_run, step
