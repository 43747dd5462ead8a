-- Grain: study × trial × parameter: everything `make tune` has tried on the data of the last tuning, and what it was worth.
-- A study is a group of parameters tuned together; trial 0 is what the build used. No rows where nothing was tuned. The nDCG
-- is that of the tune cutoffs: `test` was never read, so what tuning is worth shows in model_performance after a build with
-- it.
select
    trials.study,
    trials.trial,
    trials.parameter,
    trials.value,
    ranges.unit,
    trials.sampler,
    trials.ndcg_at_k,
    trials.difference,
    trials.standard_error,
    trials.customer_count,
    trials.is_baseline,
    trials.is_chosen,
    dense_rank() over (
        partition by trials.study order by trials.ndcg_at_k desc nulls last, trials.trial asc nulls last
    ) as quality_rank
from {{ ref('stg_tuning_trials') }} as trials
left join {{ ref('tuning_ranges') }} as ranges
    on
        trials.study = ranges.study
        and trials.parameter = ranges.parameter
