-- Grain: metric of experiment_metrics × relative effect: the size of an experiment with a control and one variant of equal shares
-- that detects the effect with a power of 0.8, from the behaviour of the last 84 days in the control or outside of experiments.
-- days_needed assumes that new customers come at the rate of these days; customers who return make the true number larger.
-- customers_needed counts customers with the exposure of these days. Counts and all numbers are NULL for few customers.
select
    metric,
    relative_effect,
    case when customer_count = 0 or customer_count >= {{ var('smallest_published_cell') }} then customer_count end as customer_count,
    control_value,
    standard_deviation,
    cast(customers_needed as bigint) as customers_needed,
    cast(days_needed as bigint) as days_needed,
    detectable_effect,
    customers_per_day
from {{ ref('power_estimates') }}
