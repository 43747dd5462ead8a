-- Catches intervals that are turned round or don't belong to their value: low must not exceed high, and with enough
-- customers the mean lies between the bounds.
select
    source,
    slice,
    mode,
    metric,
    k,
    value,
    ci_low,
    ci_high
from {{ ref('model_performance') }}
where
    ci_low > ci_high
    or (customer_count >= 100 and (value < ci_low - 1e-9 or value > ci_high + 1e-9))
