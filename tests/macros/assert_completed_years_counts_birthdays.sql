-- Catches a birthday that counts a day too early or too late: an age that is off by one around the birthday, in leap years, or
-- before birth. In years without a 29 February, a person born on that day is a year older on 1 March.
with expected (start, finish, years) as (
    values
    (cast('1994-07-01' as date), cast('2024-06-30 23:59:59' as timestamp), 29),
    (cast('1994-07-01' as date), cast('2024-07-01 00:00:00' as timestamp), 30),
    (cast('1994-07-01' as date), cast('2024-07-02 00:00:00' as timestamp), 30),
    (cast('1994-12-31' as date), cast('2024-01-01 00:00:00' as timestamp), 29),
    (cast('1994-01-01' as date), cast('2024-12-31 00:00:00' as timestamp), 30),
    (cast('2000-02-29' as date), cast('2023-02-28 23:59:59' as timestamp), 22),
    (cast('2000-02-29' as date), cast('2023-03-01 00:00:00' as timestamp), 23),
    (cast('2000-02-29' as date), cast('2024-02-28 23:59:59' as timestamp), 23),
    (cast('2000-02-29' as date), cast('2024-02-29 00:00:00' as timestamp), 24),
    (cast('2000-03-01' as date), cast('2024-02-29 00:00:00' as timestamp), 23),
    (cast('2024-07-01' as date), cast('2024-07-01 12:00:00' as timestamp), 0),
    (cast('2024-07-02' as date), cast('2024-07-01 23:59:59' as timestamp), -1),
    (cast(null as date), cast('2024-07-01 00:00:00' as timestamp), null)
),

actual as (
    select
        start,
        finish,
        {{ completed_years('start', 'finish') }} as years
    from expected
)

select
    expected.start,
    expected.finish,
    expected.years as expected_years,
    actual.years as actual_years
from expected
left join actual on expected.finish = actual.finish and expected.start is not distinct from actual.start
where actual.finish is null or actual.years is distinct from expected.years
