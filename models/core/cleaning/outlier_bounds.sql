-- Grain: group (one product, or all lines) with the amount and the quantity above which a line is an outlier: median plus
-- threshold × scale, on the logarithm because both are skewed. The scale is the median absolute deviation × 1.4826, which
-- estimates the standard deviation of normal data. If most values are nearly equal, this scale is almost zero and every larger
-- value would be an outlier. Therefore, if it is less than half of the standard deviation implied by the 95 % quantile, the
-- implied value is the scale. A scale is at least the minimum of its column, and a bound is at least the 95 % quantile, so at
-- most 5 % of the fitted lines are outliers. Bounds are fitted on valid lines before fit_until, or on all valid lines if none is
-- that old. Incremental: bounds fitted for the same fit_until remain valid, because no further rows that old arrive (see as_of).
{{ config(materialized='incremental', incremental_strategy='reopen', post_hook='{{ note_inputs() }}') }}
{%- set smallest_group = 30 %}   {#- lines; smaller groups use the bound of all lines #}
{#- Minimum scales of the logarithm. Amounts within a factor of 1.6 are similar. Quantities are similar within a factor of 2,
    since most are 1 or 2 pieces. #}
{%- set smallest_amount_scale, smallest_quantity_scale = 0.5, 'ln(2)' %}
{%- set largest_logarithm = 32 %}   {#- below the logarithm of the maximum of decimal(18, 4) #}
{%- set fitted_before = 'select count(*) from ' ~ this ~ ' as bounds inner join ' ~ ref('as_of')
    ~ ' as as_of on bounds.fitted_until = as_of.fit_until' if remembers_previous_build() %}
{%- if fitted_before and run_query(fitted_before).rows[0][0] > 0 %}
select
    outlier_group,
    line_count,
    highest_amount,
    scale_source,
    highest_quantity,
    fitted_until
from {{ this }}
{%- else %}
with measured as (
    select
        policies.column_name,
        policies.threshold,
        case when policies.group_by = 'product' then lines.product_id else 'all' end as outlier_group,
        ln(
            cast(lines.quantity as double)
            * case policies.column_name when 'quantity' then 1 else cast(lines.base_unit_price as double) end
        ) as log_value,
        case when lines.ordered_at < as_of.fit_until then 1 else 0 end as is_old
    from {{ ref('order_line_prices') }} as lines
    cross join {{ ref('as_of') }} as as_of
    inner join {{ ref('outlier_policies') }} as policies on policies.raw_table = 'order_lines'
    where
        policies.column_name in ('amount', 'quantity')
        and lines.copy_number = 1
        and lines.quantity > 0
        and (lines.base_unit_price > 0 or policies.column_name = 'quantity')
        and lines.ordered_at <= as_of.as_of
        and coalesce(lines.status_meaning, 'bought') in ('bought', 'returned', 'unknown')
),

old_values as (
    select
        *,
        max(is_old) over () as has_old
    from measured
),

fit_values as (
    select *
    from old_values
    where is_old = has_old
),

fitted as (
    select
        column_name,
        threshold,
        outlier_group,
        log_value
    from fit_values
    where outlier_group <> 'all'
    union all
    select
        column_name,
        threshold,
        'all' as outlier_group,
        log_value
    from fit_values
),

medians as (
    select
        column_name,
        threshold,
        outlier_group,
        median(log_value) as median_log,
        percentile_cont(0.95) within group (order by log_value) as high_log,
        count(*) as line_count
    from fitted
    group by column_name, threshold, outlier_group
),

deviations as (
    select
        fitted.column_name,
        fitted.outlier_group,
        1.4826 * median(abs(fitted.log_value - medians.median_log)) as deviation_scale
    from fitted
    inner join medians
        on
            fitted.column_name = medians.column_name
            and fitted.outlier_group = medians.outlier_group
    group by fitted.column_name, fitted.outlier_group
),

group_scales as (
    select
        medians.*,
        deviations.deviation_scale,
        -- In normal data, the 95 % quantile is 1.645 standard deviations above the median.
        (medians.high_log - medians.median_log) / 1.645 as quantile_scale,
        case medians.column_name
            when 'amount' then {{ smallest_amount_scale }}
            else {{ smallest_quantity_scale }}
        end as smallest_scale
    from medians
    inner join deviations
        on
            medians.column_name = deviations.column_name
            and medians.outlier_group = deviations.outlier_group
    where medians.outlier_group = 'all' or medians.line_count >= {{ smallest_group }}
),

scales as (
    select
        *,
        case
            when greatest(deviation_scale, quantile_scale) < smallest_scale then 'smallest_scale'
            when deviation_scale < quantile_scale / 2 then 'quantile'
            when deviation_scale < smallest_scale then 'smallest_scale'
            else 'median_deviation'
        end as scale_source
    from group_scales
),

bounds as (
    select
        column_name,
        outlier_group,
        line_count,
        scale_source,
        exp(least({{ largest_logarithm }}, greatest(
            high_log,
            median_log + threshold * case scale_source
                when 'median_deviation' then deviation_scale
                when 'quantile' then quantile_scale
                else smallest_scale
            end
        ))) as highest_value
    from scales
)

select
    bounds.outlier_group,
    coalesce(max(case when bounds.column_name = 'amount' then bounds.line_count end), max(bounds.line_count)) as line_count,
    cast(max(case when bounds.column_name = 'amount' then bounds.highest_value end) as decimal(18, 4)) as highest_amount,
    max(case when bounds.column_name = 'amount' then bounds.scale_source end) as scale_source,
    cast(max(case when bounds.column_name = 'quantity' then bounds.highest_value end) as decimal(18, 3)) as highest_quantity,
    as_of.fit_until as fitted_until
from bounds
cross join {{ ref('as_of') }} as as_of
group by bounds.outlier_group, as_of.fit_until
{%- endif %}
