-- Catches a comparison of the wrong rows: the difference must be the published lists' value minus the baseline's.
select
    comparisons.baseline,
    comparisons.slice,
    comparisons.slice_value,
    comparisons.mode,
    comparisons.metric,
    comparisons.k,
    comparisons.difference,
    hybrid.value as hybrid_value,
    baseline.value as baseline_value
from {{ ref('model_comparisons') }} as comparisons
left join {{ ref('model_performance') }} as hybrid
    on
        comparisons.cutoff_id = hybrid.cutoff_id
        and comparisons.slice = hybrid.slice
        and comparisons.slice_value = hybrid.slice_value
        and comparisons.mode = hybrid.mode
        and comparisons.metric = hybrid.metric
        and comparisons.k = hybrid.k
        and hybrid.source = 'hybrid'
left join {{ ref('model_performance') }} as baseline
    on
        comparisons.cutoff_id = baseline.cutoff_id
        and comparisons.slice = baseline.slice
        and comparisons.slice_value = baseline.slice_value
        and comparisons.mode = baseline.mode
        and comparisons.metric = baseline.metric
        and comparisons.k = baseline.k
        and comparisons.baseline = baseline.source
where not coalesce(abs(comparisons.difference - (hybrid.value - baseline.value)) < 1e-9, false)
