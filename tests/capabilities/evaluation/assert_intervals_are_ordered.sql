-- Catches reversed intervals and intervals of another value: the lower bound must not exceed the upper bound, and with enough
-- customers the mean is between them.
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
