-- Catches a blend that lost a source or weighs one twice: per mode, tier and band the weights share out exactly one.
select
    mode,
    tier,
    activity_band,
    sum(weight) as total_weight
from {{ ref('blend_weights') }}
group by mode, tier, activity_band
having abs(sum(weight) - 1) > 1e-9
