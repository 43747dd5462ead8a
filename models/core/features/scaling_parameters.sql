-- Grain: cutoff × feature of scaled_features. The scaling parameters at the cutoff. They are fitted on data before the earliest
-- cutoff with smallest_sample values and kept from then on, so that a scaled value has the same meaning at all cutoffs and in
-- later builds. Before that, each cutoff uses parameters fitted on its own values. No parameters are fitted after the cutoff that
-- uses them. The table keeps earlier fits: they are read from the previous build, and dropped by --full-refresh or by another
-- method.
{%- set smallest_sample = 100 %}   {#- minimum number of customers with a value for parameters that are kept #}
with ranges as (
    select
        cutoff_id,
        feature,
        method,
        count(*) as customer_count,
        min(feature_value) as lowest,
        max(feature_value) as highest,
        {{ stable_sum('feature_value') }} / count(*) as mean,
        {{ quantiles('feature_value', [0.25, 0.5, 0.75]) }} as quartiles
    from {{ ref('customer_measures') }}
    group by cutoff_id, feature, method
),

-- Deviations are divided by the range, so that their squares fit the decimals in which they are summed.
spreads as (
    select
        measures.cutoff_id,
        measures.feature,
        {{ stable_sum(
            'power((measures.feature_value - ranges.mean) / nullif(ranges.highest - ranges.lowest, 0), 2)'
        ) }} as square_sum
    from {{ ref('customer_measures') }} as measures
    inner join ranges
        on
            measures.cutoff_id = ranges.cutoff_id
            and measures.feature = ranges.feature
    group by measures.cutoff_id, measures.feature
),

statistics as (
    select
        ranges.cutoff_id,
        ranges.feature,
        ranges.method,
        ranges.customer_count,
        ranges.lowest,
        {{ array_element('ranges.quartiles', 1) }} as lower_quartile,
        {{ array_element('ranges.quartiles', 2) }} as middle,
        {{ array_element('ranges.quartiles', 3) }} as upper_quartile,
        ranges.highest,
        ranges.mean,
        (ranges.highest - ranges.lowest) * sqrt(spreads.square_sum / nullif(ranges.customer_count - 1, 0)) as deviation
    from ranges
    inner join spreads
        on
            ranges.cutoff_id = spreads.cutoff_id
            and ranges.feature = spreads.feature
),

fits as (
    select
        statistics.feature,
        statistics.method,
        cutoffs.cutoff_at as fitted_at,
        statistics.customer_count,
        {%- for parameter in ['location', 'scale'] %}
        cast(case statistics.method
            {%- for method in scaling_methods() %}
            when '{{ method }}' then {{ scaling_parameter(method, parameter) }}
            {%- endfor %}
        end as double) as {{ parameter }},
        {%- endfor %}
        false as is_remembered
    from statistics
    inner join {{ ref('cutoffs') }} as cutoffs on statistics.cutoff_id = cutoffs.cutoff_id
    {%- if remembers_previous_build() %}
    union all
    select distinct
        remembered.feature,
        remembered.method,
        remembered.fitted_at,
        remembered.customer_count,
        remembered.location,
        remembered.scale,
        true as is_remembered
    from {{ this }} as remembered
    inner join (select distinct feature, method from ranges) as features
        on
            remembered.feature = features.feature
            and remembered.method = features.method
    {%- endif %}
),

ranked as (
    select
        cutoffs.cutoff_id,
        fits.feature,
        fits.method,
        fits.location,
        fits.scale,
        fits.fitted_at,
        fits.customer_count,
        row_number() over (
            partition by cutoffs.cutoff_id, fits.feature
            order by
                fits.customer_count >= {{ smallest_sample }} desc nulls last,
                case when fits.customer_count >= {{ smallest_sample }} then fits.fitted_at end asc nulls last,
                fits.fitted_at desc nulls last,
                fits.is_remembered desc nulls last
        ) as choice
    from {{ ref('cutoffs') }} as cutoffs
    inner join fits on cutoffs.cutoff_at >= fits.fitted_at
)

select
    cutoff_id,
    feature,
    method,
    location,
    scale,
    fitted_at,
    customer_count
from ranked
where choice = 1
