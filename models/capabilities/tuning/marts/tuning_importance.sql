-- Grain: study × tuned parameter: its importance and its chosen value. No rows if nothing was tuned. importance shows where
-- further search is worthwhile; a parameter of low importance can keep its value.
select
    study,
    parameter,
    max(importance) as importance,
    min(value) as lowest_tried,
    max(value) as highest_tried,
    max(case when is_baseline then value end) as built_value,
    max(case when is_chosen then value end) as chosen_value,
    count(*) as trial_count
from {{ ref('stg_tuning_trials') }}
group by study, parameter
