-- Catches an engine that replaces only the first match by default, a character class read as plain text, and a changed text
-- without a match.
with expected (raw_text, replaced) as (
    values
    ('1a22b333', '#a#b#'),
    ('abc', 'abc'),
    ('0', '#'),
    ('', ''),
    (cast(null as string), cast(null as string))
),

actual as (
    select
        raw_text,
        {{ regexp_replace_all('raw_text', '[0-9]+', '#') }} as replaced
    from expected
)

select
    expected.raw_text,
    expected.replaced as expected_value,
    actual.replaced as actual_value
from expected
left join actual on expected.raw_text is not distinct from actual.raw_text
where actual.replaced is distinct from expected.replaced
