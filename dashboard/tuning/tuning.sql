-- section: learning
-- order: 50
-- title: What make tune tried
-- unit: difference of nDCG to what the build uses
-- interval: two standard errors to either side
-- read: Each point is one trial; right of 0 it was better than the parameters in use. The best of many looks better than
--    it is.
-- empty: Nothing was tuned for this release; make tune does it.

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
        row_number() over (partition by study order by difference desc, trial asc) as place
    from trials
)

select
    study,
    study || ', ' || place || '.' as row_label,
    trial,
    difference,
    difference - 2 * standard_error as low,
    difference + 2 * standard_error as high,
    ndcg_at_k,
    case when is_chosen then 'chosen' else 'not chosen' end as chosen
from ranked
where place <= 5
order by study, place
