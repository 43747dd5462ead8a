-- Catches an unregistered metric, and a value outside the range stated in the registry. 1e-12 allows for rounding of sums.
select
    performance.source,
    performance.slice,
    performance.slice_value,
    performance.mode,
    performance.metric,
    performance.k,
    performance.value,
    registry.lowest,
    registry.highest
from {{ ref('model_performance') }} as performance
left join {{ ref('metric_registry') }} as registry on performance.metric = registry.metric
where not coalesce(performance.value between registry.lowest - 1e-12 and registry.highest + 1e-12, false)
