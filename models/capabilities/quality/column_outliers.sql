-- Grain: raw table × column of numbers with at least one finite value: outlier counts of three methods. The median absolute
-- deviation (MAD) is the most reliable, because outliers do not affect it; z-score and interquartile range are given for
-- comparison. MAD uses logarithms if nearly all values are above zero (p01) and the upper quartile is further from the median
-- than the lower one, as for prices; values of zero or less are then outliers. A spread of zero (most values equal) allows no
-- statement: NULL.
{%- set mad_limit, z_limit, iqr_limit = 3.5, 3, 1.5 %}   {#- robust deviations, deviations, interquartile ranges #}
with numbers as (
    select
        numbers.raw_table,
        numbers.column_name,
        numbers.number,
        quantiles.p01 > 0 and quantiles.p75 - quantiles.p50 > quantiles.p50 - quantiles.p25 as is_log_scale
    from {{ ref('column_numbers') }} as numbers
    inner join {{ ref('column_counts') }} as counts
        on
            numbers.raw_table = counts.raw_table
            and numbers.column_name = counts.column_name
            and counts.kind = 'number'
    inner join {{ ref('column_quantiles') }} as quantiles
        on
            numbers.raw_table = quantiles.raw_table
            and numbers.column_name = quantiles.column_name
    where abs(numbers.number) <= 1e150
),

scaled_numbers as (
    select
        raw_table,
        column_name,
        number,
        case
            when not is_log_scale then number
            when number > 0 then ln(number)
        end as scaled_number
    from numbers
),

medians as (
    select
        raw_table,
        column_name,
        median(scaled_number) as scaled_median
    from scaled_numbers
    group by raw_table, column_name
),

deviations as (
    select
        scaled_numbers.raw_table,
        scaled_numbers.column_name,
        scaled_numbers.number,
        abs(scaled_numbers.scaled_number - medians.scaled_median) as deviation
    from scaled_numbers
    inner join medians
        on
            scaled_numbers.raw_table = medians.raw_table
            and scaled_numbers.column_name = medians.column_name
),

mads as (
    select
        raw_table,
        column_name,
        median(deviation) as mad
    from deviations
    group by raw_table, column_name
)

select
    deviations.raw_table,
    deviations.column_name,
    case when max(mads.mad) > 0 then count(*) filter (
        -- 1.4826 × MAD equals the standard deviation for normally distributed values
        where coalesce(deviations.deviation > {{ mad_limit }} * 1.4826 * mads.mad, true)
    ) end as mad_outlier_count,
    case when max(quantiles.standard_deviation) > 0 then count(*) filter (
        where abs(deviations.number - quantiles.mean) > {{ z_limit }} * quantiles.standard_deviation
    ) end as z_outlier_count,
    case when max(quantiles.p75 - quantiles.p25) > 0 then count(*) filter (
        where
        deviations.number < quantiles.p25 - {{ iqr_limit }} * (quantiles.p75 - quantiles.p25)
        or deviations.number > quantiles.p75 + {{ iqr_limit }} * (quantiles.p75 - quantiles.p25)
    ) end as iqr_outlier_count
from deviations
inner join mads
    on
        deviations.raw_table = mads.raw_table
        and deviations.column_name = mads.column_name
inner join {{ ref('column_quantiles') }} as quantiles
    on
        deviations.raw_table = quantiles.raw_table
        and deviations.column_name = quantiles.column_name
group by deviations.raw_table, deviations.column_name
