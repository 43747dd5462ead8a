-- Catches a trend outside -1 to 1, a division by zero, and an integer division.
with expected (recent_count, previous_count, trend) as (
    values
    (3, 1, cast(0.5 as double)),
    (1, 3, cast(-0.5 as double)),
    (4, 0, cast(1 as double)),
    (0, 4, cast(-1 as double)),
    (2, 2, cast(0 as double)),
    (0, 0, cast(null as double))
),

actual as (
    select
        recent_count,
        previous_count,
        trend,
        {{ trend('recent_count', 'previous_count') }} as found
    from expected
)

select
    recent_count,
    previous_count,
    trend,
    found
from actual
where trend is distinct from found
