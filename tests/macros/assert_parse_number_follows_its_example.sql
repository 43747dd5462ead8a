-- Catches a decimal comma read as a thousands separator, digit groups of another size, and a currency sign that hides a number.
-- Also catches a number in another format that casts to a wrong value: under 1.234,56 the text 1.234 means one thousand.
with expected (case_name, raw_text, comma_value, pound_value) as (
    values
    ('plain', '1892', cast(1892 as decimal(18, 4)), cast(1892 as decimal(18, 4))),
    ('comma and point', '1.892,50', cast(1892.5 as decimal(18, 4)), null),
    ('point and comma', '1,892.50', null, cast(1892.5 as decimal(18, 4))),
    ('one sign, three digits', '1.234', cast(1234 as decimal(18, 4)), cast(1.234 as decimal(18, 4))),
    ('pound sign', '£1,892.50', null, cast(1892.5 as decimal(18, 4))),
    ('euro sign', '-1.892,50 €', cast(-1892.5 as decimal(18, 4)), null),
    ('group of two digits', '1.89,5', null, null),
    ('word', 'free', null, null),
    ('empty', '', null, null),
    ('null', cast(null as string), null, null)
),

actual as (
    select
        case_name,
        {{ parse_number('raw_text', 'decimal(18, 4)', '1.234,56 €') }} as comma_value,
        {{ parse_number('raw_text', 'decimal(18, 4)', '£1,234.56') }} as pound_value
    from expected
)

select
    expected.case_name,
    actual.comma_value,
    actual.pound_value
from expected
left join actual on expected.case_name = actual.case_name
where
    actual.case_name is null
    or actual.comma_value is distinct from expected.comma_value
    or actual.pound_value is distinct from expected.pound_value
