-- Grain: check × metric × attribute × source × protected_group × cutoff × severity with a value. harm is by how far a value
-- lies beyond the bound: value less null_mean less bound of a gap; of a ratio bound × null_mean × denominator less numerator,
-- which stays a number where nobody of a group was hit. harm_error is its standard deviation over bootstrap replicates; of
-- shares of representation_audit it follows from their standard error. has_spread: whether the replicates of the numerator
-- differ at all.
{%- set z = normal_quantile((1 - var('confidence_level')) / 2) %}
{%- set gaps = [] %}
{%- for metric, traits in fairness_metrics().items() if traits.kind == 'gap' %}{% do gaps.append(metric) %}{% endfor %}
with harms as (
    select
        checks.check_name,
        checks.metric,
        checks.attribute,
        checks.source,
        checks.protected_group,
        checks.cutoff_id,
        checks.severity,
        dealt.null_mean,
        measured.replicate,
        measured.unit_count,
        measured.numerator,
        measured.numerator / nullif(measured.denominator, 0) as value,
        case
            when checks.metric in ('{{ gaps | join("', '") }}')
                then measured.numerator - coalesce(dealt.null_mean, 0) - checks.bound
            else checks.bound * coalesce(dealt.null_mean, 1) * measured.denominator - measured.numerator
        end as harm
    from {{ ref('fairness_index') }} as checks
    inner join {{ ref('fairness_values') }} as measured
        on
            checks.cutoff_id = measured.cutoff_id
            and checks.source = measured.source
            and checks.metric = measured.metric
            and checks.attribute = measured.attribute
            and checks.protected_group = measured.protected_group
    left join {{ ref('fairness_nulls') }} as dealt
        on
            checks.cutoff_id = dealt.cutoff_id
            and checks.source = dealt.source
            and checks.metric = dealt.metric
            and checks.attribute = dealt.attribute
),

measured_sums as (
    select
        check_name,
        metric,
        attribute,
        source,
        protected_group,
        cutoff_id,
        severity,
        max(null_mean) as null_mean,
        max(case when replicate = 0 then unit_count end) as customer_count,
        max(case when replicate = 0 then value end) as observed,
        max(case when replicate = 0 then harm end) as harm,
        count(case when replicate > 0 then value end) as value_count,
        {{ interval_of_rows('case when replicate > 0 then value end', 'low') }} as ci_low,
        {{ interval_of_rows('case when replicate > 0 then value end', 'high') }} as ci_high,
        max(case when replicate > 0 then numerator end) > min(case when replicate > 0 then numerator end) as has_spread,
        {{ stable_sum('case when replicate > 0 then harm end') }} as harm_sum,
        {{ stable_sum('case when replicate > 0 then harm * harm end') }} as harm_squares
    from harms
    group by check_name, metric, attribute, source, protected_group, cutoff_id, severity
)

select
    check_name,
    metric,
    attribute,
    source,
    protected_group,
    cutoff_id,
    severity,
    null_mean,
    customer_count,
    observed,
    harm,
    case when value_count = {{ var('bootstrap_replicates') }} then ci_low end as ci_low,
    case when value_count = {{ var('bootstrap_replicates') }} then ci_high end as ci_high,
    has_spread,
    case
        when value_count = {{ var('bootstrap_replicates') }}
            then
                sqrt(
                    greatest(harm_squares - harm_sum * harm_sum / {{ var('bootstrap_replicates') }}, 0)
                    / {{ [var('bootstrap_replicates') - 1, 1] | max }}
                )
    end as harm_error
from measured_sums
union all
select
    checks.check_name,
    checks.metric,
    checks.attribute,
    checks.source,
    checks.protected_group,
    checks.cutoff_id,
    checks.severity,
    cast(null as double) as null_mean,
    represented.customer_count,
    represented.ratio as observed,
    checks.bound - represented.ratio as harm,
    greatest(represented.ratio - {{ z }} * represented.ratio_error, 0) as ci_low,
    represented.ratio + {{ z }} * represented.ratio_error as ci_high,
    represented.ratio_error > 0 as has_spread,
    represented.ratio_error as harm_error
from {{ ref('fairness_index') }} as checks
inner join {{ ref('representation_audit') }} as represented
    on
        checks.cutoff_id = represented.cutoff_id
        and checks.source = represented.population
        and checks.attribute = represented.attribute
        and checks.protected_group = represented.protected_group
where checks.metric in ('representation_ratio', 'reference_ratio')
