-- Catches seconds that lose their fraction, start at another epoch or shift by the session's time zone; every decay would be
-- wrong.
with expected (moment, seconds) as (
    values
    (cast('1970-01-01 00:00:00' as timestamp), cast(0 as double)),
    (cast('1969-12-31 23:59:59' as timestamp), cast(-1 as double)),
    (cast('2024-02-29 12:00:00' as timestamp), cast(1709208000 as double)),
    (cast('2024-02-29 12:00:00.25' as timestamp), cast(1709208000.25 as double)),
    (cast(null as timestamp), cast(null as double))
),

actual as (
    select
        moment,
        {{ epoch_seconds('moment') }} as seconds
    from expected
)

select
    expected.moment,
    expected.seconds as expected_value,
    actual.seconds as actual_value
from expected
left join actual on expected.moment is not distinct from actual.moment
where actual.seconds is distinct from expected.seconds
