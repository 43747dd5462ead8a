-- Catches a blend that lacks a source or counts one twice: per mode, tier and activity band, the weights must sum to one.
select
    mode,
    tier,
    activity_band,
    sum(weight) as total_weight
from {{ ref('blend_weights') }}
group by mode, tier, activity_band
having abs(sum(weight) - 1) > 1e-9
