-- Grain: cutoff × baseline × slice × slice_value × mode × metric × k, on the test cutoffs. How much better the published lists
-- (source `hybrid`) are than each source alone and each other way of joining them. The interval is of the paired difference: both
-- are measured on the same customers in every replicate, which is far narrower than two intervals held side by side. Lossy:
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
