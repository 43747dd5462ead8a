-- Grain: one row, the moment at which `live` cuts: the var as_of, else the newest order line or event. A clock error far in
-- the future must not become "now", so times behind a silence longer than longest_silence_days in the newer half of the data
-- don't count. fit_until is the Monday at or before the earliest cutoff: what cleaning estimates from the data (bounds,
-- medians) it estimates from before, and by whole weeks, so that a daily build doesn't judge every old row anew.
{%- set longest_silence_days = 90 %}   {#- days; a shop that closes for a season is still one shop #}
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
        sum(activity_count) over (order by active_date nulls last) / sum(activity_count) over () as activity_share
    from active_days
),

newest as (
    select
        coalesce(
            cast({{ "'" ~ var('as_of') ~ "'" if var('as_of') else 'null' }} as timestamp),
            min(newest_at) filter (
                where activity_share > 0.5 and next_active_date > active_date + interval '{{ longest_silence_days }}' day
            ),
            max(newest_at)
        ) as as_of
    from days_in_order
)

select
    as_of,
    date_trunc('week', as_of - {{ past_cutoff_count() }} * interval '{{ var("horizon_days") }}' day) as fit_until
from newest
