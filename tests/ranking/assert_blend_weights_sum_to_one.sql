-- Catches a blend that lost a source or weighs one twice: per mode and rung the weights share out exactly one.
select
    mode,
    rung,
    sum(weight) as total_weight
from {{ ref('blend_weights') }}
group by mode, rung
having abs(sum(weight) - 1) > 1e-9
