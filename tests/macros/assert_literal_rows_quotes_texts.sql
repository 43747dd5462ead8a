-- Catches a value or an apostrophe that is lost between template and SQL, an apostrophe that ends the text, and a number that
-- becomes a text.
with expected (mode) as (
    values
    ('all'),
    (concat('o', chr(39), 'clock'))
),

actual as ({{ literal_rows('mode', ['all', "o'clock"]) }}),

numbers as ({{ literal_rows('k', [5, 10]) }})

select
    expected.mode as expected_value,
    actual.mode as actual_value
from expected
full outer join actual on expected.mode = actual.mode
where expected.mode is null or actual.mode is null
union all
select
    '15 in 2 rows' as expected_value,
    cast(sum(k) as string) || ' in ' || cast(count(*) as string) || ' rows' as actual_value
from numbers
having sum(k) <> 15 or count(*) <> 2
