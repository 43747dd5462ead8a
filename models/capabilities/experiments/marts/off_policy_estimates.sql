-- Grain: policy × estimator: clicks per impression that the policy would have had, estimated from impressions of the logged
-- policy, over the horizons of all past cutoffs. ips: importance-weighted clicks per impression (Horvitz and Thompson 1952).
-- snips: importance-weighted clicks per unit of weight (Swaminathan and Joachims 2015), with less variance for a small bias.
-- doubly_robust: clicks expected by a model of positions and products, corrected by the weighted errors of the model (Dudík,
-- Langford and Li 2011). Weights are capped at largest_weight. Intervals are linear in sums per customer, because impressions of
-- one customer are correlated. Estimates are withheld in two cases. First, too few logged impressions match the policy
-- (effective_sample_size, Kish). Second, the interval of the mean weight does not contain 1: propensities do not refer to
-- experiment_propensity_scope, or the policy shows products that were never logged.
{%- set z = interval_z() %}
{%- set largest_weight = 100 %}  {#- 1 / propensity #}
{%- set fewest_effective = 30 %}  {#- impressions (Kish) #}
with capped as (
    select
        policy,
        customer_id,
        weight,
        least(weight, {{ largest_weight }}) as used_weight,
        case when is_clicked then 1.0 else 0.0 end as click,
        logged_expected,
        policy_expected
    from {{ ref('off_policy_impressions') }}
),

customers as (
    select
        policy,
        customer_id,
        cast(count(*) as double) as impressions,
        {{ stable_sum('click') }} as clicks,
        {{ stable_sum('weight') }} as weights,
        {{ stable_sum('used_weight') }} as used_weights,
        {{ stable_sum('used_weight * used_weight') }} as squared_weights,
        count(*) filter (where weight > 0) as matched_count,
        count(*) filter (where weight > used_weight) as capped_count,
        {{ stable_sum('used_weight * click') }} as weighted_clicks,
        {{ stable_sum('policy_expected + used_weight * (click - logged_expected)') }} as corrected_clicks
    from capped
    group by policy, customer_id
),

estimators as (
    {%- for estimator, (numerator, denominator) in {
        'weight': ('weights', 'impressions'),
        'ips': ('weighted_clicks', 'impressions'),
        'snips': ('weighted_clicks', 'used_weights'),
        'doubly_robust': ('corrected_clicks', 'impressions'),
    }.items() %}
    select
        policy,
        '{{ estimator }}' as estimator,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        impressions,
        clicks
    from customers
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

sums as (
    select
        policy,
        estimator,
        count(*) as customer_count,
        {{ stable_sum('denominator') }} as denominator,
        {{ stable_sum('numerator') }} / nullif({{ stable_sum('denominator') }}, 0) as value,
        {{ stable_sum('impressions') }} as impressions,
        {{ stable_sum('clicks') }} / {{ stable_sum('impressions') }} as logged_value
    from estimators
    group by policy, estimator
),

deviations as (
    select
        sums.*,
        (estimators.numerator - sums.value * estimators.denominator) / sums.denominator as deviation,
        (estimators.clicks - sums.logged_value * estimators.impressions) / sums.impressions as logged_deviation
    from estimators
    inner join sums
        on
            estimators.policy = sums.policy
            and estimators.estimator = sums.estimator
),

estimated as (
    select
        policy,
        estimator,
        max(customer_count) as customer_count,
        max(impressions) as impressions,
        max(value) as value,
        max(logged_value) as logged_value,
        {{ z }} * sqrt({{ stable_sum('deviation * deviation') }} * count(*) / nullif(count(*) - 1, 0)) as half_width,
        {{ z }} * sqrt(
            {{ stable_sum('(deviation - logged_deviation) * (deviation - logged_deviation)') }}
            * count(*) / nullif(count(*) - 1, 0)
        ) as difference_half_width
    from deviations
    group by policy, estimator
),

samples as (
    select
        policy,
        power({{ stable_sum('used_weights') }}, 2) / nullif({{ stable_sum('squared_weights') }}, 0) as effective_sample_size,
        sum(matched_count) as matched_count,
        sum(capped_count) as capped_count
    from customers
    group by policy
),

judged as (
    select
        estimated.*,
        cast(estimated.impressions as bigint) as impression_count,
        coalesce(samples.effective_sample_size, 0.0) as effective_sample_size,
        samples.capped_count / nullif(cast(samples.matched_count as double), 0) as capped_share,
        weighing.value as mean_weight,
        weighing.value - weighing.half_width as mean_weight_low,
        weighing.value + weighing.half_width as mean_weight_high,
        case
            when
                estimated.customer_count < {{ var('experiment_fewest_customers') }}
                or coalesce(samples.effective_sample_size, 0.0) < {{ fewest_effective }}
                then 'not_enough_data'
            when abs(weighing.value - 1.0) > weighing.half_width then 'weights_do_not_fit'
            else 'estimated'
        end as status
    from estimated
    inner join samples on estimated.policy = samples.policy
    inner join estimated as weighing
        on
            estimated.policy = weighing.policy
            and weighing.estimator = 'weight'
    where estimated.estimator <> 'weight'
)

select
    policy,
    estimator,
    {%- for number in [
        'customer_count', 'impression_count', 'effective_sample_size', 'mean_weight', 'mean_weight_low', 'mean_weight_high',
        'capped_share',
    ] %}
    case when customer_count >= {{ var('smallest_published_cell') }} then {{ number }} end as {{ number }},
    {%- endfor %}
    case when status = 'estimated' then value end as value,
    case when status = 'estimated' then value - half_width end as ci_low,
    case when status = 'estimated' then value + half_width end as ci_high,
    case when status = 'estimated' then logged_value end as logged_value,
    case when status = 'estimated' then value - logged_value end as difference,
    case when status = 'estimated' then value - logged_value - difference_half_width end as difference_low,
    case when status = 'estimated' then value - logged_value + difference_half_width end as difference_high,
    status
from judged
