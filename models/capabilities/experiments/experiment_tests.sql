-- Grain: variant × metric, each variant but the control against it, where both have enough customers and enough of them did
-- anything. Shares: z test with the pooled share, Newcombe's (1998) interval from two of Wilson. Others: Welch's test and
-- interval. CUPED (Deng, Xu, Kohavi and Walker 2013) takes off what strength_before explains, with one theta for both arms, from
-- deviations within them, so that the effect itself isn't explained away. Whatever the sample ratio says: experiment_results
-- withholds.
{%- set tail = (1 - var('confidence_level')) / 2 %}
{%- set detectable = normal_quantile(tail) + normal_quantile(1 - var('experiment_power')) %}
with pairs as (
    select
        treated.variant,
        treated.metric,
        treated.test,
        treated.customer_count,
        control.customer_count as control_customer_count,
        treated.value,
        control.value as control_value,
        treated.value - control.value as difference,
        treated.variance,
        control.variance as control_variance,
        treated.variance / treated.customer_count as squared_error,
        control.variance / control.customer_count as control_squared_error,
        treated.covariance,
        treated.strength_variance,
        control.covariance as control_covariance,
        control.strength_variance as control_strength_variance,
        treated.mean_strength - control.mean_strength as strength_difference,
        coalesce(
            (treated.covariance * (treated.customer_count - 1) + control.covariance * (control.customer_count - 1))
            / nullif(
                treated.strength_variance * (treated.customer_count - 1)
                + control.strength_variance * (control.customer_count - 1), 0
            ), 0.0
        ) as theta
    from {{ ref('experiment_moments') }} as treated
    inner join {{ ref('experiment_moments') }} as control
        on
            treated.metric = control.metric
            and treated.variant <> control.variant
    where
        control.variant = '{{ var("control_variant") }}'
        and treated.customer_count >= {{ var('experiment_fewest_customers') }}
        and control.customer_count >= {{ var('experiment_fewest_customers') }}
        and treated.active_count + control.active_count >= {{ var('experiment_fewest_active') }}
        and treated.variance + control.variance > 0
),

adjusted as (
    select
        *,
        sqrt(squared_error + control_squared_error) as standard_error,
        {{ welch_degrees('squared_error', 'customer_count', 'control_squared_error', 'control_customer_count') }} as degrees,
        (value * customer_count + control_value * control_customer_count) / (customer_count + control_customer_count)
            as pooled_value,
        difference - theta * strength_difference as cuped_difference,
        greatest(variance - 2.0 * theta * covariance + theta * theta * strength_variance, 0.0) / customer_count
            as cuped_squared_error,
        greatest(
            control_variance - 2.0 * theta * control_covariance + theta * theta * control_strength_variance, 0.0
        ) / control_customer_count as cuped_control_squared_error
    from pairs
),

scored as (
    select
        *,
        case test
            when 'two_proportion'
                then
                    abs(difference)
                    / sqrt(pooled_value * (1.0 - pooled_value) * (1.0 / customer_count + 1.0 / control_customer_count))
            else {{ t_as_normal('(abs(difference) / standard_error)', 'degrees') }}
        end as z,
        standard_error * ({{ t_quantile(tail, 'degrees') }}) as half_width,
        sqrt(cuped_squared_error + cuped_control_squared_error) as cuped_error,
        {{ welch_degrees(
            'cuped_squared_error', 'customer_count', 'cuped_control_squared_error', 'control_customer_count'
        ) }} as cuped_degrees,
        {%- for side in ('low', 'high') %}
        {{ wilson_bound('value', 'customer_count', side) }} as wilson_{{ side }},
        {{ wilson_bound('control_value', 'control_customer_count', side) }} as control_wilson_{{ side }},
        {%- endfor %}
        standard_error * {{ always_valid_errors('(customer_count + control_customer_count)') }} as always_valid_half_width,
        case when value > 0 and control_value > 0 then ln(value / control_value) end as log_ratio,
        {{ normal_quantile(tail) }} * sqrt(
            squared_error / nullif(value * value, 0) + control_squared_error / nullif(control_value * control_value, 0)
        ) as log_ratio_half_width
    from adjusted
)

select
    variant,
    metric,
    test,
    value,
    control_value,
    difference,
    case
        when test = 'two_proportion'
            then difference - sqrt(power(value - wilson_low, 2) + power(control_wilson_high - control_value, 2))
        else difference - half_width
    end as ci_low,
    case
        when test = 'two_proportion'
            then difference + sqrt(power(wilson_high - value, 2) + power(control_value - control_wilson_low, 2))
        else difference + half_width
    end as ci_high,
    exp(log_ratio) - 1.0 as relative_difference,
    exp(log_ratio - log_ratio_half_width) - 1.0 as relative_ci_low,
    exp(log_ratio + log_ratio_half_width) - 1.0 as relative_ci_high,
    2.0 * {{ normal_upper_tail('z') }} as p_value,
    cuped_difference,
    cuped_difference - cuped_error * ({{ t_quantile(tail, 'cuped_degrees') }}) as cuped_ci_low,
    cuped_difference + cuped_error * ({{ t_quantile(tail, 'cuped_degrees') }}) as cuped_ci_high,
    1.0 - cuped_error * cuped_error / (standard_error * standard_error) as variance_reduction,
    difference - always_valid_half_width as always_valid_low,
    difference + always_valid_half_width as always_valid_high,
    {{ detectable }} * standard_error as detectable_difference,
    ceil(
        {{ detectable * detectable }} * (variance + control_variance)
        / nullif(power({{ var('experiment_relevant_change') }} * control_value, 2), 0)
    ) as customers_needed
from scored
