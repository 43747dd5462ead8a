-- Grain: check × metric × attribute × source × protected_group × cutoff × severity: the outcome of every check for every group,
-- none missing. fail (or warn if severity is warn): the whole interval of the harm is beyond the bound, and the result is
-- significant at a false discovery rate of 1 - evaluation_confidence_level among all checks of the source (Benjamini-Hochberg).
-- warn: part of the interval is beyond the bound. Groups with fewer than fairness_fewest_customers customers are not_enough_data
-- and suppressed. A difference does not prove unfairness, and its absence does not prove fairness.
{%- set fewest = [var('fairness_fewest_customers'), var('smallest_published_cell')] | max %}
with outcomes as (
    select
        checks.*,
        estimates.null_mean,
        coalesce(estimates.customer_count >= {{ fewest }}, false) as is_large_enough,
        estimates.customer_count,
        estimates.observed,
        estimates.ci_low,
        estimates.ci_high,
        estimates.harm,
        estimates.harm_low,
        estimates.harm_high,
        estimates.has_spread,
        estimates.p_value as estimated_p_value
    from {{ ref('fairness_index') }} as checks
    left join {{ ref('fairness_estimates') }} as estimates
        on
            checks.check_name = estimates.check_name
            and checks.metric = estimates.metric
            and checks.attribute = estimates.attribute
            and checks.source = estimates.source
            and checks.protected_group = estimates.protected_group
            and checks.cutoff_id = estimates.cutoff_id
            and checks.severity = estimates.severity
),

tested as (
    select
        *,
        case
            when not is_large_enough or estimated_p_value is null then null
            when harm <= 0 and not has_spread then 1.0
            -- A group that scored zero in every replicate has no bootstrap error. Zero exposure, in contrast, is an exact result.
            when not has_spread and metric not in ('exposure_merit', 'exposure_parity', 'representation_ratio') then null
            else estimated_p_value
        end as p_value
    from outcomes
),

adjusted as (
    {{ benjamini_hochberg(
        'tested', ['cutoff_id', 'source', 'severity'], ['check_name', 'metric', 'attribute', 'protected_group']
    ) | indent(4) }}
),

judged as (
    select
        *,
        case
            when p_value is null then 'not_enough_data'
            when harm_low > 0 and q_value <= {{ (1 - var('evaluation_confidence_level') | float) | round(6) }} then severity
            when harm_high > 0 then 'warn'
            else 'pass'
        end as status
    from adjusted
)

select
    check_name,
    metric,
    attribute,
    protected_group,
    source,
    cutoff_id,
    severity,
    is_gate,
    case when is_large_enough then observed end as observed,
    case when is_large_enough then ci_low end as ci_low,
    case when is_large_enough then ci_high end as ci_high,
    cast(case when is_large_enough then null_mean end as double) as null_mean,
    bound,
    cast(p_value as double) as p_value,
    cast(q_value as double) as q_value,
    case when is_large_enough then customer_count end as customer_count,
    status,
    owner,
    check_name || ' (' || status || '): ' || metric || ' of ' || attribute || ' ' || protected_group || ' in ' || source
    || ' at ' || cutoff_id || ' is '
    || coalesce(case when is_large_enough then cast(cast(observed as decimal(18, 6)) as string) end, 'not measured')
    || coalesce(
        case
            when is_large_enough
                then
                    ' (' || cast(cast(ci_low as decimal(18, 6)) as string)
                    || ' to ' || cast(cast(ci_high as decimal(18, 6)) as string) || ')'
        end, ''
    )
    || coalesce(
        case
            when is_large_enough then ', ' || cast(cast(null_mean as decimal(18, 6)) as string) || ' by chance alone'
        end, ''
    )
    || '; bound ' || cast(cast(bound as decimal(18, 6)) as string) || '. ' || why as message
from judged
