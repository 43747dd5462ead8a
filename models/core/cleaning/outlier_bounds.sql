-- Grain: group (one product, or all lines together) with the amount beyond which a line is an outlier: median plus threshold
-- × scale on the logarithm, since amounts are skewed. The scale is the median absolute deviation × 1.4826, which makes it a
-- standard deviation for normal data. Where most amounts are nearly equal it is next to zero, and everything dearer would be
-- an outlier: where it is less than half of the standard deviation that the 95 % quantile implies, that is the scale. A scale is
-- at least smallest_scale, and a bound at least the 95 % quantile, so that at most 5 % of the fitted lines are outliers. Fitted
-- on valid lines before fit_until, or on all valid lines where none is that old. Incremental: what was fitted for the same
-- fit_until still holds, since rows that old come no more (check_vars sees to it).
{{ config(materialized='incremental', incremental_strategy='reopen', post_hook='{{ note_inputs() }}') }}
{%- set smallest_group = 30 %}   {#- lines; smaller groups use the bound of all lines #}
{%- set smallest_scale = 0.5 %}   {#- of the logarithm: amounts within a factor of 1.6 of each other are alike #}
{%- set largest_logarithm = 32 %}   {#- below the logarithm of what decimal(18, 4) holds #}
{%- set fitted_before = 'select count(*) from ' ~ this ~ ' as bounds inner join ' ~ ref('as_of')
    ~ ' as as_of on bounds.fitted_until = as_of.fit_until' if remembers_previous_build() %}
{%- if fitted_before and run_query(fitted_before).rows[0][0] > 0 %}
select
    outlier_group,
    line_count,
    highest_amount,
    scale_source,
    fitted_until
from {{ this }}
{%- else %}
with policy as (
    select
        group_by,
        threshold
    from {{ ref('outlier_policies') }}
    where raw_table = 'order_lines' and column_name = 'amount'
),

amounts as (
    select
        case when policy.group_by = 'product' then lines.product_id else 'all' end as outlier_group,
        ln(cast(lines.quantity as double) * cast(lines.base_unit_price as double)) as log_amount,
        case when lines.ordered_at < as_of.fit_until then 1 else 0 end as is_old
    from {{ ref('order_line_prices') }} as lines
    cross join {{ ref('as_of') }} as as_of
    cross join policy
    where
        lines.copy_number = 1
        and lines.quantity > 0
        and lines.base_unit_price > 0
        and lines.ordered_at <= as_of.as_of
        and coalesce(lines.status_meaning, 'bought') in ('bought', 'returned', 'unknown')
),

old_amounts as (
    select
        outlier_group,
        log_amount,
        is_old,
        max(is_old) over () as has_old
    from amounts
),

fit_amounts as (
    select
        outlier_group,
        log_amount
    from old_amounts
    where is_old = has_old
),

fitted as (
    select
        outlier_group,
        log_amount
    from fit_amounts
    where outlier_group <> 'all'
    union all
    select
        'all' as outlier_group,
        log_amount
    from fit_amounts
),

medians as (
    select
        outlier_group,
        median(log_amount) as median_log_amount,
        percentile_cont(0.95) within group (order by log_amount) as high_log_amount,
        count(*) as line_count
    from fitted
    group by outlier_group
),

deviations as (
    select
        fitted.outlier_group,
        1.4826 * median(abs(fitted.log_amount - medians.median_log_amount)) as deviation_scale
    from fitted
    inner join medians on fitted.outlier_group = medians.outlier_group
    group by fitted.outlier_group
),

group_scales as (
    select
        medians.outlier_group,
        medians.line_count,
        medians.median_log_amount,
        medians.high_log_amount,
        deviations.deviation_scale,
        -- 1.645 standard deviations lie between the median and the 95 % quantile of normal data
        (medians.high_log_amount - medians.median_log_amount) / 1.645 as quantile_scale
    from medians
    inner join deviations on medians.outlier_group = deviations.outlier_group
    where medians.outlier_group = 'all' or medians.line_count >= {{ smallest_group }}
),

scales as (
    select
        *,
        case
            when greatest(deviation_scale, quantile_scale) < {{ smallest_scale }} then 'smallest_scale'
            when deviation_scale < quantile_scale / 2 then 'quantile'
            when deviation_scale < {{ smallest_scale }} then 'smallest_scale'
            else 'median_deviation'
        end as scale_source
    from group_scales
)

select
    scales.outlier_group,
    scales.line_count,
    cast(exp(least({{ largest_logarithm }}, greatest(
        scales.high_log_amount,
        scales.median_log_amount + policy.threshold * case scales.scale_source
            when 'median_deviation' then scales.deviation_scale
            when 'quantile' then scales.quantile_scale
            else {{ smallest_scale }}
        end
    ))) as decimal(18, 4)) as highest_amount,
    scales.scale_source,
    as_of.fit_until as fitted_until
from scales
cross join policy
cross join {{ ref('as_of') }} as as_of
{%- endif %}
