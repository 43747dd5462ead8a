-- Catches nats in place of bits, a negative entropy, a positive entropy of a single value, and an entropy that depends on the
-- total instead of the distribution.
with samples (case_name, value_count) as (
    values
    ('one value', 5),
    ('two alike', 3),
    ('two alike', 3),
    ('eight alike', 1),
    ('eight alike', 1),
    ('eight alike', 1),
    ('eight alike', 1),
    ('eight alike', 1),
    ('eight alike', 1),
    ('eight alike', 1),
    ('eight alike', 1),
    ('half and quarters', 200),
    ('half and quarters', 100),
    ('half and quarters', 100)
),

expected (case_name, bits) as (
    values
    ('one value', cast(0 as double)),
    ('two alike', cast(1 as double)),
    ('eight alike', cast(3 as double)),
    ('half and quarters', cast(1.5 as double))
),

actual as (
    select
        case_name,
        {{ entropy_bits('value_count') }} as bits
    from samples
    group by case_name
)

select
    expected.case_name,
    expected.bits as expected_value,
    actual.bits as actual_value
from expected
left join actual on expected.case_name = actual.case_name
where actual.bits is null or actual.bits < 0 or abs(expected.bits - actual.bits) > 1e-12
