-- Catches an experiment with empty results because none of its variants is the var experiment_control_variant.
{{ config(severity='warn') }}
select
    experiment,
    count(*) as arm_count,
    min(variant) as a_variant
from {{ ref('experiment_arms') }}
group by experiment
having count(*) > 1 and count(*) filter (where is_control) = 0
