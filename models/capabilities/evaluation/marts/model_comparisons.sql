-- Grain: cutoff × baseline × slice × slice_value × mode × metric × k, on the test cutoffs. How much better the published lists
-- (source `hybrid`) are than each source alone and each other way of joining them. The interval is of the paired difference: both
-- are measured on the same customers in every replicate, which is far narrower than two intervals held side by side.
select
    cutoff_id,
    source as baseline,
    slice,
    slice_value,
    mode,
    metric,
    k,
    difference,
    difference_low as ci_low,
    difference_high as ci_high,
    share_above_zero,
    published_customer_count as customer_count
from {{ ref('bootstrap_means') }}
where difference is not null
