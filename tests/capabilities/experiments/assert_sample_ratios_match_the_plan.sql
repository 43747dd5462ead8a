-- Catches an invalid experiment: the customer counts of its arms differ from the plan beyond chance. It only warns;
-- experiment_results withholds the effects.
{{ config(severity='warn') }}
select
    experiment,
    variant,
    expected_share,
    observed_share,
    p_value
from {{ ref('experiment_arms') }}
where not is_sample_ratio_ok
