-- section: experiments
-- order: 10
-- title: Do the arms have their planned shares of customers?
-- unit: share of the customers who were shown exactly one variant
-- interval: none: all customers are counted; the alarm is a chi-square test over all arms
-- read: The point is the observed share and the tick is the planned share. An alarm means that they differ by more than
--    chance explains. The arms then contain different kinds of customers, and no effect is shown below.
-- empty: No variants were shown, or too few customers saw them to publish a count.

select
    case when experiment = 'unnamed' then '' else experiment || ': ' end || variant as arm_label,
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
order by experiment asc, is_control desc, variant asc
