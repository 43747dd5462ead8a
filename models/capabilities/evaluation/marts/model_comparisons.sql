-- Grain: cutoff × baseline × slice × slice_value × mode × metric × k, on the test cutoffs: difference between the published lists
-- (source `hybrid`) and each source or other ranking method. The interval is that of the paired difference: every replicate
-- evaluates both on the same customers. A paired interval is far narrower than a comparison of two separate intervals. Lossy:
-- differences of few customers have no row, as in model_performance.
select
    means.cutoff_id,
    means.source as baseline,
    means.slice,
    means.slice_value,
    means.mode,
    means.metric,
    means.k,
    means.difference,
    means.difference_low as ci_low,
    means.difference_high as ci_high,
    means.share_above_zero,
    means.published_customer_count as customer_count
from {{ ref('bootstrap_means') }} as means
inner join {{ ref('model_performance') }} as performance
    on
        means.cutoff_id = performance.cutoff_id
        and means.source = performance.source
        and means.slice = performance.slice
        and means.slice_value = performance.slice_value
        and means.mode = performance.mode
        and means.metric = performance.metric
        and means.k = performance.k
where means.difference is not null and means.published_customer_count >= {{ var('smallest_published_cell') }}
