-- Grain: group (one product, or all lines together) with the amount and the quantity beyond which a line is an outlier: median
-- plus threshold × the scaled median absolute deviation (1.4826 makes it a standard deviation for normal data), on the
-- logarithm, since both are skewed. Quantities are mostly 1 or 2 pieces, so that their deviation counts as one doubling at
-- least. Fitted on valid lines before fit_until, or on all valid lines where none is that old. Incremental: what was fitted for
-- the same fit_until still holds, since rows that old come no more (check_vars sees to it).
{{ config(materialized='incremental', incremental_strategy='reopen', post_hook='{{ note_inputs() }}') }}
{%- set smallest_group = 30 %}   {#- lines; smaller groups use the bound of all lines #}
{%- set fitted_before = 'select count(*) from ' ~ this ~ ' as bounds inner join ' ~ ref('as_of')
    ~ ' as as_of on bounds.fitted_until = as_of.fit_until' if remembers_previous_build() %}
{%- if fitted_before and run_query(fitted_before).rows[0][0] > 0 %}
select
    outlier_group,
    line_count,
    highest_amount,
    highest_quantity,
    fitted_until
from {{ this }}
{%- else %}
with measured as (
    select
        policies.column_name,
        policies.threshold,
        case policies.column_name when 'quantity' then ln(2) else 0 end as least_deviation,
        case when policies.group_by = 'product' then lines.product_id else 'all' end as outlier_group,
        ln(case policies.column_name when 'quantity' then 1 else lines.base_unit_price end * lines.quantity) as log_value,
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
        and coalesce(lines.status, '') not in ('cancelled', 'canceled')
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
        least_deviation,
        outlier_group,
        log_value
    from fit_values
    where outlier_group <> 'all'
    union all
    select
        column_name,
        threshold,
        least_deviation,
        'all' as outlier_group,
        log_value
    from fit_values
),

medians as (
    select
        column_name,
        threshold,
        least_deviation,
        outlier_group,
        median(log_value) as median_log,
        count(*) as line_count
    from fitted
    group by column_name, threshold, least_deviation, outlier_group
),

deviations as (
    select
        fitted.column_name,
        fitted.outlier_group,
        median(abs(fitted.log_value - medians.median_log)) as mad
    from fitted
    inner join medians
        on
            fitted.column_name = medians.column_name
            and fitted.outlier_group = medians.outlier_group
    group by fitted.column_name, fitted.outlier_group
),

bounds as (
    select
        medians.column_name,
        medians.outlier_group,
        medians.line_count,
        exp(medians.median_log + medians.threshold * greatest(1.4826 * deviations.mad, medians.least_deviation)) as highest_value
    from medians
    inner join deviations
        on
            medians.column_name = deviations.column_name
            and medians.outlier_group = deviations.outlier_group
    where medians.outlier_group = 'all' or medians.line_count >= {{ smallest_group }}
)

select
    bounds.outlier_group,
    coalesce(max(case when bounds.column_name = 'amount' then bounds.line_count end), max(bounds.line_count)) as line_count,
    cast(max(case when bounds.column_name = 'amount' then bounds.highest_value end) as decimal(18, 4)) as highest_amount,
    cast(max(case when bounds.column_name = 'quantity' then bounds.highest_value end) as decimal(18, 3)) as highest_quantity,
    as_of.fit_until as fitted_until
from bounds
cross join {{ ref('as_of') }} as as_of
group by bounds.outlier_group, as_of.fit_until
{%- endif %}
