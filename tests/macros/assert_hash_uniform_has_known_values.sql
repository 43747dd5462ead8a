-- Catches a changed hash, which would change every sample of customers and every bootstrap replicate. The values are the first 13
-- hexadecimal digits of the md5 divided by 16^13, computed with Python's hashlib. Among the numbers below 10,000, the texts 5329
-- and 1126 have the lowest and highest values, so the test covers nearly the whole range [0, 1).
with expected (raw_text, draw) as (
    values
    ('a', cast('0.049826963281651926' as double)),
    ('', cast('0.8285759001873909' as double)),
    ('c1:1', cast('0.28878206615257573' as double)),
    ('Größe', cast('0.8214152575035865' as double)),
    ('5329', cast('3.7093689797540463e-06' as double)),
    ('1126', cast('0.9997382342086838' as double)),
    (cast(null as string), cast(null as double))
),

actual as (
    select
        raw_text,
        {{ hash_uniform('raw_text') }} as draw
    from expected
)

select
    expected.raw_text,
    expected.draw as expected_value,
    actual.draw as actual_value
from expected
left join actual on expected.raw_text is not distinct from actual.raw_text
where actual.draw is distinct from expected.draw
