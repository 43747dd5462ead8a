-- Grain: study × trial × parameter: all trials of `make tune` on the data of the last tuning, and their nDCG. A study is a group
-- of parameters that are tuned together; trial 0 has the values of the build. No rows if nothing was tuned. nDCG is measured on
-- the tuning cutoffs. `test` is never read, so the gain of tuning appears in model_performance after a build with the chosen
-- values.
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
