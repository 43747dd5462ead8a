-- section: learning
-- order: 40
-- title: Do models overfit?
-- unit: nDCG on held-out data, from 0 to 1, by training step
-- interval: none published: one number per step
-- read: Each line is a model, at one tuning cutoff or for one mode. If the line falls to the right, the model overfits. A
--    test warns if a model in use overfits.
-- empty: No model was trained in steps.

select
    source || ' ('
    || case scope when 'all' then 'repeats allowed' when 'discovery' then 'new products only' else 'cutoff ' || scope end
    || '), step = ' || step_unit as model_run,
    step / max(step) over (partition by source, scope) as progress,
    step,
    train_ndcg,
    held_out_ndcg,
    gap,
    case when is_warning then 'overfits' else 'does not overfit' end as verdict
from marts.overfit_monitor
where held_out_ndcg is not null
order by model_run, step
