-- Catches leading, trailing or repeated blanks that remain, a tab or line break that is not treated as a blank, and a change of a
-- clean text, its case or its punctuation.
with expected (raw_text, tidied) as (
    values
    ('New York', 'New York'),
    ('  New   York ', 'New York'),
    (chr(9) || 'New' || chr(10) || chr(10) || 'York' || chr(13), 'New York'),
    ('a  b  c', 'a b c'),
    ('Linden-Row, Ltd.', 'Linden-Row, Ltd.'),
    ('Größe', 'Größe'),
    ('   ', ''),
    ('', ''),
    (cast(null as string), cast(null as string))
),

actual as (
    select
        raw_text,
        {{ single_blanks('raw_text') }} as tidied
    from expected
)

select
    expected.raw_text,
    expected.tidied as expected_value,
    actual.tidied as actual_value
from expected
left join actual on expected.raw_text is not distinct from actual.raw_text
where actual.tidied is distinct from expected.tidied
