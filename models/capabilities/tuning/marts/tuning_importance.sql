-- Grain: study × parameter that was tuned: how much hangs on it, and what was found. No rows where nothing was tuned.
-- importance says where looking further pays; a parameter of little importance may stay what it is.
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
