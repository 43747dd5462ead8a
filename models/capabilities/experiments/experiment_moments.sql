-- Grain: variant × metric of experiment_metrics: value, and the moments all tests and intervals are made from, over customers of
-- one variant. The unit is the customer, because customers are what was assigned: lists of one customer resemble each other. A
-- metric is the ratio of two sums over customers; a customer's deviation from it is linear in both (delta method; Deng, Lu and
-- Litz 2017, Trustworthy analysis of online A/B tests), and for a plain mean the usual deviation.
with measured as (
    {%- for metric, traits in experiment_metrics().items() %}
    select
        '{{ metric }}' as metric,
        '{{ traits.test }}' as test,
        variant,
        cast({{ traits.numerator }} as double) as numerator,
        cast({{ traits.denominator }} as double) as denominator,
        strength_before
    from {{ ref('experiment_customers') }}
    where not is_crossover
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

means as (
    select
        metric,
        variant,
        count(*) as customer_count,
        {{ stable_sum('numerator') }} / {{ stable_sum('denominator') }} as value,
        {{ stable_sum('denominator') }} / count(*) as mean_denominator,
        {{ stable_sum('strength_before') }} / count(*) as mean_strength
    from measured
    group by metric, variant
),

deviations as (
    select
        measured.metric,
        measured.test,
        measured.variant,
        measured.numerator,
        means.customer_count,
        means.value,
        means.mean_strength,
        (measured.numerator - means.value * measured.denominator) / means.mean_denominator as deviation,
        measured.strength_before - means.mean_strength as strength_deviation
    from measured
    inner join means
        on
            measured.metric = means.metric
            and measured.variant = means.variant
)

select
    metric,
    max(test) as test,
    variant,
    count(*) as customer_count,
    count(*) filter (where numerator > 0) as active_count,
    max(value) as value,
    max(mean_strength) as mean_strength,
    {{ stable_sum('deviation * deviation') }} / nullif(count(*) - 1, 0) as variance,
    {{ stable_sum('strength_deviation * strength_deviation') }} / nullif(count(*) - 1, 0) as strength_variance,
    {{ stable_sum('deviation * strength_deviation') }} / nullif(count(*) - 1, 0) as covariance
from deviations
group by metric, variant
