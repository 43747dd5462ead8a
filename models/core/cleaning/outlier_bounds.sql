-- Grain: group (one product, or all lines together) with the amount and the quantity beyond which a line is an outlier: median
-- plus threshold × scale on the logarithm, since both are skewed. The scale is the median absolute deviation × 1.4826, which
-- makes it a standard deviation for normal data. Where most values are nearly equal it is next to zero, and everything larger
-- would be an outlier: where it is less than half of the standard deviation that the 95 % quantile implies, that is the scale.
-- A scale is at least the smallest of its column, and a bound at least the 95 % quantile, so that at most 5 % of the fitted
-- lines are outliers. Fitted on valid lines before fit_until, or on all valid lines where none is that old. Incremental: what
-- was fitted for the same fit_until still holds, since rows that old come no more (see as_of).
{{ config(materialized='incremental', incremental_strategy='reopen', post_hook='{{ note_inputs() }}') }}
{%- set smallest_group = 30 %}   {#- lines; smaller groups use the bound of all lines #}
{#- Of the logarithm: amounts within a factor of 1.6 of each other are alike, and quantities within a doubling, since most are 1
    or 2 pieces. #}
{%- set smallest_amount_scale, smallest_quantity_scale = 0.5, 'ln(2)' %}
{%- set largest_logarithm = 32 %}   {#- below the logarithm of what decimal(18, 4) holds #}
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
        -- 1.645 standard deviations lie between the median and the 95 % quantile of normal data
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
