-- section: experiments
-- order: 10
-- title: Do the arms hold the customers they should?
-- unit: share of the customers who were shown one variant and no other
-- interval: none: everybody is counted; the alarm is by chi-square over all arms
-- read: The point is what an arm has, the tick what was planned. Where they lie apart beyond chance (alarm), arms hold other
--    kinds of customers, and no effect is shown below.
-- empty: No variants of lists were shown, or to too few customers to say how many.

select
    variant,
    observed_share,
    expected_share,
    customer_count,
    crossover_count,
    p_value,
    case
        when is_sample_ratio_ok then 'as planned'
        when not is_sample_ratio_ok then 'alarm'
        else 'one arm only'
    end as outcome
from marts.experiment_arms
where observed_share is not null
order by is_control desc, variant asc
