-- Grain: one row, the moment at which `live` cuts: the var as_of, else the newest order line or event. Clock errors in the future
-- must not become "now", and the newest season of a shop that closes must count. So times behind a silence longer than
-- longest_silence_days don't count where they are few: at most largest_share of all rows (or fewest_rows), and on few days or
-- with few rows per day beside those before. assert_no_time_follows_a_silence says what doesn't count. fit_until is the Monday
-- at or before the earliest cutoff and everything that a later build reads again: what cleaning estimates from the data (bounds,
-- medians) it estimates from before, and by whole weeks, so that a daily build doesn't judge every old row anew.
{%- set longest_silence_days = 90 %}   {#- days #}
{%- set largest_share = 0.01 %}   {#- of all rows: a season has more #}
{%- set fewest_rows = 3 %}   {#- as few as these count as few in any shop #}
{%- set few_days = 3 %}   {#- days with rows behind the silence: a season has more #}
{%- set usual_share = 0.1 %}   {#- of the rows per day before the silence: a season has more #}
{%- set unsettled_days = [past_cutoff_count() * var('horizon_days') | int, var('reopen_days') | int] | max %}
with activity_times as (
    select ordered_at as happened_at from {{ ref('stg_order_lines') }}
    union all
    select occurred_at as happened_at from {{ ref('stg_events') }}
),

active_days as (
    select
        cast(happened_at as date) as active_date,
        max(happened_at) as newest_at,
        count(*) as activity_count
    from activity_times
    where happened_at is not null
    group by cast(happened_at as date)
),

days_in_order as (
    select
        active_date,
        newest_at,
        lead(active_date) over (order by active_date nulls last) as next_active_date,
        sum(activity_count) over (order by active_date nulls last) as rows_until,
        count(*) over (order by active_date nulls last) as days_until,
        sum(activity_count) over () as row_count,
        count(*) over () as day_count
    from active_days
),

silences as (
    select newest_at
    from days_in_order
    where
        next_active_date > active_date + interval '{{ longest_silence_days }}' day
        and rows_until > row_count - rows_until
        and row_count - rows_until <= greatest({{ largest_share }} * row_count, {{ fewest_rows }})
        and (
            day_count - days_until <= {{ few_days }}
            or (row_count - rows_until) * days_until <= {{ usual_share }} * rows_until * (day_count - days_until)
        )
),

newest as (
    select
        coalesce(
            cast({{ "'" ~ var('as_of') ~ "'" if var('as_of') else 'null' }} as timestamp),
            (select min(newest_at) from silences),
            (select max(newest_at) from active_days)
        ) as as_of
)

select
    as_of,
    date_trunc('week', as_of - interval '{{ unsettled_days }}' day) as fit_until
from newest
