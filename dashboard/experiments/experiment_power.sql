-- section: experiments
-- order: 25
-- title: How long must the next experiment run?
-- unit: days until two equal arms have enough customers, by the size of the effect as a share of the control's value
-- interval: none: a plan for a power of 0.8, from the customers of the last 84 days
-- read: Choose the smallest effect worth finding and read the days of the metric. A metric whose line lies high cannot decide an
--    experiment with this traffic. Both axes are logarithmic.
-- empty: Too few customers were shown lists in the last 84 days.

select
    replace(metric, '_', ' ') as metric,
    relative_effect,
    days_needed,
    customers_needed,
    control_value,
    detectable_effect,
    customers_per_day
from marts.experiment_power
where days_needed is not null
order by metric, relative_effect
