-- Catches a compression with a wrong logarithm or without its bound. e times the bound becomes twice the bound, e squared times
-- the bound becomes three times the bound, and larger amounts remain larger.
with expected (amount, bound, compressed) as (
    values
    (cast(10 as decimal(18, 4)), cast(10 as decimal(18, 4)), cast(10 as decimal(18, 4))),
    (cast(27.1828 as decimal(18, 4)), cast(10 as decimal(18, 4)), cast(20 as decimal(18, 4))),
    (cast(73.8906 as decimal(18, 4)), cast(10 as decimal(18, 4)), cast(30 as decimal(18, 4))),
    (cast(2.7183 as decimal(18, 4)), cast(1 as decimal(18, 4)), cast(2 as decimal(18, 4)))
),

actual as (
    select
        amount,
        {{ compressed_outlier('amount', 'bound') }} as compressed
    from expected
)

select
    expected.amount,
    expected.compressed as expected_value,
    actual.compressed as actual_value
from expected
left join actual on expected.amount = actual.amount
where actual.compressed is distinct from expected.compressed
