-- Grain: one row, the time of the `live` cutoff: the var as_of, else the newest order line or event. Clock errors must not set
-- as_of to a time in the future. The last season of a shop that closes must still count. Therefore times after a silence of more
-- than longest_silence_days are ignored if they are few: at most largest_share of all rows (or fewest_rows), and on at most
-- few_days days or with few rows per day compared with the days before. assert_raw_rows_are_used reports what is ignored.
-- fit_until is a Monday, at or before the earliest cutoff and before every row that a later build reads again. Cleaning fits its
-- estimates (bounds, medians) on rows before fit_until. fit_until moves in whole weeks, so that a daily build does not judge all
-- old rows again.
{%- set longest_silence_days = 90 %}   {#- days #}
{%- set largest_share = 0.01 %}   {#- share of all rows; a season has more #}
{%- set fewest_rows = 3 %}   {#- a number of rows that is few in any shop #}
{%- set few_days = 3 %}   {#- days with rows after the silence; a season has more #}
{%- set usual_share = 0.1 %}   {#- share of the rows per day before the silence; a season has more #}
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
