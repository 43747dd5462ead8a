-- Catches an experiment nothing can be told from: its arms hold other numbers of customers than planned, beyond chance. It only
-- warns; experiment_results withholds the effects.
{{ config(severity='warn') }}
select
    variant,
    expected_share,
    observed_share,
    p_value
from {{ ref('experiment_arms') }}
where not is_sample_ratio_ok
