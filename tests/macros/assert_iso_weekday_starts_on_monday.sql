-- Catches a week that starts on Sunday or counts from zero. 2024-01-01 was a Monday.
with expected (moment, weekday) as (
    values
    (cast('2024-01-01 00:00:00' as timestamp), 1),
    (cast('2024-01-06 12:00:00' as timestamp), 6),
    (cast('2024-01-07 23:59:59' as timestamp), 7),
    (cast('2024-01-08 00:00:00' as timestamp), 1),
    (cast(null as timestamp), cast(null as integer))
),

actual as (
    select
        moment,
        weekday,
        {{ iso_weekday('moment') }} as found
    from expected
)

select
    moment,
    weekday,
    found
from actual
where weekday is distinct from found
