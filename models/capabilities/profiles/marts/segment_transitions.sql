-- Grain: as_of × move_type: number of customers who stayed in their segment, moved to another, joined (no history before) or left
-- (no longer known) since the previous recorded time of segment_history, over all segments. There is no row per pair of segments,
-- because few customers move and nearly every count would be too small to publish. Later builds add rows. Lossy: small counts are
-- suppressed (macro suppressed_cells).
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
        case
            when previous_segment is null then 'joined'
            when segment is null then 'left'
            when segment = previous_segment then 'stayed'
            else 'moved'
        end as move_type,
        count(*) as customer_count
    from moves
    group by all
),

-- The total number of customers at a time is public: customers at as_of stayed, moved or joined; customers before it stayed,
-- moved or left.
shared as (
    select
        *,
        move_type <> 'left' as is_known_now,
        move_type <> 'joined' as is_known_before,
        customer_count / cast(sum(customer_count) over (partition by as_of) as double) as customer_share
    from counted
),

published as (
    {{ suppressed_cells(
        'shared', 'customer_count', ['move_type'], [['as_of', 'is_known_now'], ['as_of', 'is_known_before']]
    ) | indent(4) }}
)

select
    as_of,
    move_type,
    previous_as_of,
    case when not is_suppressed then customer_count end as customer_count,
    case when not is_suppressed then customer_share end as customer_share
from published
