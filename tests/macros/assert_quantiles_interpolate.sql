-- Catches quantiles in another order than requested, the nearest value in place of interpolation, a NULL that counts, an array
-- indexed from zero, and quantiles of a group of NULLs.
with samples (case_name, amount) as (
    values
    ('four', cast(4 as double)),
    ('four', cast(1 as double)),
    ('four', cast(3 as double)),
    ('four', cast(2 as double)),
    ('four', cast(null as double)),
    ('one', cast(7 as double)),
    ('none', cast(null as double))
),

expected (case_name, third_quarter, lowest, middle) as (
    values
    ('four', cast(3.25 as double), cast(1 as double), cast(2.5 as double)),
    ('one', cast(7 as double), cast(7 as double), cast(7 as double)),
    ('none', cast(null as double), cast(null as double), cast(null as double))
),

arrays as (
    select
        case_name,
        {{ quantiles('amount', [0.75, 0, 0.5]) }} as numbers
    from samples
    group by case_name
),

actual as (
    select
        case_name,
        {{ array_element('numbers', 1) }} as third_quarter,
        {{ array_element('numbers', 2) }} as lowest,
        {{ array_element('numbers', 3) }} as middle
    from arrays
)

select
    expected.case_name,
    actual.third_quarter,
    actual.lowest,
    actual.middle
from expected
left join actual on expected.case_name = actual.case_name
where
    actual.case_name is null
    or expected.third_quarter is distinct from actual.third_quarter
    or expected.lowest is distinct from actual.lowest
    or expected.middle is distinct from actual.middle
