-- Catches a decay with the wrong base, unit or sign. After 0, 1 and 2 half-lives of 10 days the factor is 1, 1/2 and 1/4; after
-- half a half-life it is the square root of 1/2. Hours count, not calendar days.
with samples (case_name, occurred_at, weight) as (
    values
    ('age 0', cast('2024-03-11 06:00:00' as timestamp), cast(1 as double)),
    ('one half-life', cast('2024-03-01 06:00:00' as timestamp), cast(1 as double)),
    ('two half-lives', cast('2024-02-20 06:00:00' as timestamp), cast(0.5 as double)),
    ('half a half-life', cast('2024-03-06 06:00:00' as timestamp), cast(2 as double)),
    ('six hours', cast('2024-03-11 00:00:00' as timestamp), cast(1 as double))
),

expected (case_name, decayed) as (
    values
    ('age 0', 1.0),
    ('one half-life', 0.5),
    ('two half-lives', 0.125),
    ('half a half-life', 1.414213562373),
    ('six hours', 0.982820598545)
),

actual as (
    select
        samples.case_name,
        {{ decayed_weight('samples', "cast('2024-03-11 06:00:00' as timestamp)", 10) }} as decayed
    from samples
)

select
    expected.case_name,
    expected.decayed as expected_value,
    actual.decayed as actual_value
from expected
left join actual on expected.case_name = actual.case_name
where not coalesce(abs(actual.decayed - expected.decayed) < 0.000000001, false)
