-- section: learning
-- order: 50
-- title: Tuning trials
-- unit: difference of nDCG from the parameters in use
-- interval: two standard errors to either side
-- read: Each point is one of the five best trials of a study. To the right of 0 the trial was better than the
--    parameters in use. The best of many trials overestimates its true quality.
-- empty: Nothing was tuned for this release. Run make tune.

with trials as (
    select distinct
        study,
        trial,
        difference,
        standard_error,
        ndcg_at_k,
        is_chosen
    from marts.tuning_trials
    where not is_baseline and difference is not null
),

ranked as (
    select
        *,
        row_number() over (partition by study order by difference desc, trial asc) as trial_rank
    from trials
)

select
    study,
    study || ', ' || trial_rank || '.' as row_label,
    trial,
    difference,
    difference - 2 * standard_error as low,
    difference + 2 * standard_error as high,
    ndcg_at_k,
    case when is_chosen then 'chosen' else 'not chosen' end as chosen
from ranked
where trial_rank <= 5
order by study, trial_rank
