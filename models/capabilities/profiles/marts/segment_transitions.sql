-- Grain: as_of × segment before × segment then: how many customers went from one to the other since the moment recorded
-- before as_of in segment_history. `none` stands for those without a history, so that newcomers and those erased since are
-- counted. Later builds add matrices. Lossy: small counts are suppressed (macro suppressed_cells).
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='as_of', on_schema_change='fail') }}
{%- set always = "timestamp '0001-01-01 00:00:00'" %}
{%- set recorded = '(select coalesce(max(known.as_of), ' ~ always ~ ') from ' ~ this ~ ' as known)' %}
{%- set newest_recorded = recorded if is_incremental() else always %}
with moments as (
    select
        as_of,
        lag(as_of) over (order by as_of asc nulls last) as previous_as_of
    from (select distinct as_of from {{ ref('segment_history') }}) as recorded
),

steps as (
    select
        as_of,
        previous_as_of
    from moments
    where
        previous_as_of is not null
        and as_of >= {{ newest_recorded }}
),

moves as (
    select
        steps.as_of,
        steps.previous_as_of,
        history.customer_id,
        max(case when history.as_of = steps.previous_as_of then history.segment end) as previous_segment,
        max(case when history.as_of = steps.as_of then history.segment end) as segment
    from steps
    inner join {{ ref('segment_history') }} as history on history.as_of in (steps.previous_as_of, steps.as_of)
    group by steps.as_of, steps.previous_as_of, history.customer_id
),

counted as (
    select
        as_of,
        previous_as_of,
        coalesce(previous_segment, 'none') as previous_segment,
        coalesce(segment, 'none') as segment,
        count(*) as customer_count
    from moves
    group by as_of, previous_as_of, coalesce(previous_segment, 'none'), coalesce(segment, 'none')
),

shared as (
    select
        *,
        customer_count / cast(sum(customer_count) over (partition by as_of, previous_segment) as double) as share_of_previous
    from counted
),

published as (
    {{ suppressed_cells(
        'shared', 'customer_count', ['previous_segment', 'segment'], [['as_of', 'previous_segment'], ['as_of', 'segment']]
    ) | indent(4) }}
)

select
    as_of,
    previous_as_of,
    previous_segment,
    segment,
    case when not is_suppressed then customer_count end as customer_count,
    case when not is_suppressed then share_of_previous end as share_of_previous
from published
