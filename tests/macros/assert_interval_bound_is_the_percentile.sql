-- Catches an interval of another level or with its sides swapped: over the numbers 0 to 8, the bounds of a two-sided level
-- lie at 8 times (1 - level) / 2 and 8 times (1 + level) / 2. A NULL, which a plain mean becomes, moves neither.
with samples (amount) as (
    values (5), (0), (8), (null), (2), (7), (1), (6), (3), (4)
),

expected (side, bound) as (
    values
    ('low', {{ 4 * (1 - var('confidence_level')) }}),
    ('high', {{ 4 * (1 + var('confidence_level')) }})
),

actual as (
    select
        'low' as side,
        {{ interval_bound('amount', 'low') }} as bound
    from samples
    union all
    select
        'high' as side,
        {{ interval_bound('amount', 'high') }} as bound
    from samples
)

select
    expected.side,
    expected.bound as expected_value,
    actual.bound as actual_value
from expected
left join actual on expected.side = actual.side
where not coalesce(abs(actual.bound - expected.bound) < 0.0001, false)
