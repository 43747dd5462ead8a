-- Catches days counted in the wrong direction, and a lost leap day.
with expected (first_date, last_date, day_count) as (
    values
    (cast('2024-02-28' as date), cast('2024-03-01' as date), 2),
    (cast('2023-02-28' as date), cast('2023-03-01' as date), 1),
    (cast('2024-03-01' as date), cast('2024-02-28' as date), -2),
    (cast('2024-03-01' as date), cast('2024-03-01' as date), 0),
    (cast(null as date), cast('2024-03-01' as date), cast(null as integer))
),

actual as (
    select
        first_date,
        last_date,
        day_count,
        {{ days_between('first_date', 'last_date') }} as found
    from expected
)

select
    first_date,
    last_date,
    day_count,
    found
from actual
where day_count is distinct from found
