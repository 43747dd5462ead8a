-- Catches a plain sum of doubles: after a large number, small numbers are lost one by one, so the sum depends on the order. A
-- compensated sum loses them if large numbers cancel. NULLs are ignored, and the sum of NULLs only is NULL.
with samples (case_name, place, amount) as (
    values
    ('large one first', 1, cast(10000000000000000 as double)),
    ('large one first', 2, cast(1 as double)),
    ('large one first', 3, cast(1 as double)),
    ('large one last', 1, cast(1 as double)),
    ('large one last', 2, cast(1 as double)),
    ('large one last', 3, cast(10000000000000000 as double)),
    ('large ones cancel', 1, cast(1 as double)),
    ('large ones cancel', 2, cast(10000000000000000 as double)),
    ('large ones cancel', 3, cast(1 as double)),
    ('large ones cancel', 4, cast(-10000000000000000 as double)),
    ('with a null', 1, cast(0.5 as double)),
    ('with a null', 2, cast(null as double)),
    ('negative', 1, cast(0.5 as double)),
    ('negative', 2, cast(-0.75 as double)),
    ('only a null', 1, cast(null as double))
),

expected (case_name, total) as (
    values
    ('large one first', cast(10000000000000002 as double)),
    ('large one last', cast(10000000000000002 as double)),
    ('large ones cancel', cast(2 as double)),
    ('with a null', cast(0.5 as double)),
    ('negative', cast(-0.25 as double)),
    ('only a null', cast(null as double))
),

ordered_samples as (
    select * from samples
    order by case_name nulls last, place nulls last
),

actual as (
    select
        case_name,
        {{ stable_sum('amount') }} as total
    from ordered_samples
    group by case_name
)

select
    expected.case_name,
    expected.total as expected_value,
    actual.total as actual_value
from expected
left join actual on expected.case_name = actual.case_name
where actual.case_name is null or actual.total is distinct from expected.total
