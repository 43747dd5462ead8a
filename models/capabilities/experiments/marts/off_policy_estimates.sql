-- Grain: policy × estimator: clicks per impression that the policy would have had, estimated from impressions of the logged
-- policy, over the horizons of all past cutoffs. ips: importance-weighted clicks per impression (Horvitz and Thompson 1952),
-- unbiased, but one large weight can dominate it. snips: importance-weighted clicks per unit of weight (Swaminathan and Joachims
-- 2015), with less variance for a bias that vanishes with more data. doubly_robust: clicks expected by a model of positions and
-- products, corrected by the weighted errors of the model (Dudík, Langford and Li 2011), unbiased with right propensities, with
-- less variance the better the model. The clipped_ forms cap weights at weight_clip (Bottou et al. 2013): less variance, but
-- their intervals cover the clipped value, which is too low by what the cap removes (clipped_doubly_robust: by the model's error
-- on it). If clipped and unclipped values differ, a few impressions decide (Gilotte et al. 2018). Intervals are linear in sums
-- per customer, because impressions of one customer are correlated. Estimates are withheld in two cases. First, too few logged
-- impressions match the policy (effective_sample_size, Kish). Second, the interval of the mean weight does not contain 1:
-- propensities do not refer to experiment_propensity_scope, or the policy shows products that were never logged.
{%- set z = interval_z() %}
{%- set weight_clip = 100 %}  {#- 1 / propensity #}
{%- set fewest_effective = 100 %}  {#- impressions (Kish) #}
with clipped as (
    select
        policy,
        customer_id,
        weight,
        least(weight, {{ weight_clip }}) as clipped_weight,
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
        {%- for form in ['', 'clipped_'] %}
        {{ stable_sum(form ~ 'weight') }} as {{ form }}weights,
        {{ stable_sum(form ~ 'weight * ' ~ form ~ 'weight') }} as {{ form }}squared_weights,
        {{ stable_sum(form ~ 'weight * click') }} as {{ form }}weighted_clicks,
        {{ stable_sum('policy_expected + ' ~ form ~ 'weight * (click - logged_expected)') }} as {{ form }}corrected_clicks,
        {%- endfor %}
        count(*) filter (where weight > 0) as matched_count,
        count(*) filter (where weight > clipped_weight) as clipped_count
    from clipped
    group by policy, customer_id
),

estimators as (
    select
        policy,
        'weight' as estimator,
        weights as numerator,
        impressions as denominator,
        impressions,
        clicks
    from customers
    {%- for form in ['', 'clipped_'] %}
    {%- for estimator, (numerator, denominator) in {
        'ips': (form ~ 'weighted_clicks', 'impressions'),
        'snips': (form ~ 'weighted_clicks', form ~ 'weights'),
        'doubly_robust': (form ~ 'corrected_clicks', 'impressions'),
    }.items() %}
    union all
    select
        policy,
        '{{ form }}{{ estimator }}' as estimator,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        impressions,
        clicks
    from customers
    {%- endfor %}
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
    {%- for form in ['', 'clipped_'] %}
    select
        policy,
        {{ 'true' if form else 'false' }} as is_clipped,
        power({{ stable_sum(form ~ 'weights') }}, 2) / nullif({{ stable_sum(form ~ 'squared_weights') }}, 0)
            as effective_sample_size,
        {{ 'sum(clipped_count) / nullif(cast(sum(matched_count) as double), 0)' if form else 'cast(null as double)' }}
            as clipped_share
    from customers
    group by policy
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

judged as (
    select
        estimated.*,
        cast(estimated.impressions as bigint) as impression_count,
        case when samples.is_clipped then cast({{ weight_clip }} as double) end as weight_clip,
        coalesce(samples.effective_sample_size, 0.0) as effective_sample_size,
        samples.clipped_share,
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
    inner join samples
        on
            estimated.policy = samples.policy
            and (estimated.estimator like 'clipped%') = samples.is_clipped
    inner join estimated as weighing
        on
            estimated.policy = weighing.policy
            and weighing.estimator = 'weight'
    where estimated.estimator <> 'weight'
)

select
    policy,
    estimator,
    weight_clip,
    {%- for number in [
        'customer_count', 'impression_count', 'effective_sample_size', 'mean_weight', 'mean_weight_low', 'mean_weight_high',
        'clipped_share',
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
