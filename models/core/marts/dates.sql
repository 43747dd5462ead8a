-- Grain: day, from the first interaction to the end of the horizon of `live`, without gaps. Limited to the newest ten thousand
-- days. Time spine of the semantic models, and a calendar for BI tools that need one.
with bounds as (
    select
        (select cast(min(occurred_at) as date) from {{ ref('interactions') }}) as first_date,
        (select cast(max(horizon_ends_at) as date) from {{ ref('cutoffs') }}) as last_date
),

digits as ({{ literal_rows('digit', range(0, 10)) }}),

days_back as (
    select 1000 * a.digit + 100 * b.digit + 10 * c.digit + d.digit as day_count
    from digits as a
    cross join digits as b
    cross join digits as c
    cross join digits as d
),

days as (
    select cast({{ dbt.dateadd('day', '-days_back.day_count', 'bounds.last_date') }} as date) as date_day
    from bounds
    cross join days_back
)

select
    days.date_day,
    cast(extract(year from days.date_day) as int) as calendar_year,
    cast(extract(quarter from days.date_day) as int) as calendar_quarter,
    cast(extract(month from days.date_day) as int) as calendar_month,
    cast(date_trunc('week', days.date_day) as date) as week_start_date,
    cast({{ iso_weekday('days.date_day') }} as int) as iso_weekday
from days
inner join bounds on days.date_day >= bounds.first_date
