-- Catches two spellings of one name that remain different in case, blanks, tabs or punctuation, an umlaut or digit that is
-- removed with them, and different names that become one.
with expected (raw_text, joined) as (
    values
    ('Linden-Row ', 'lindenrow'),
    ('LINDEN  ROW', 'lindenrow'),
    ('linden_row', 'lindenrow'),
    ('Linden' || chr(9) || 'Row.', 'lindenrow'),
    ('Lindenau Row', 'lindenaurow'),
    ('Grün & Gut', 'grüngut'),
    ('ÄRZTE', 'ärzte'),
    ('7-Up', '7up'),
    ('U.S.', 'us'),
    (' - ', ''),
    ('', ''),
    (cast(null as string), cast(null as string))
),

actual as (
    select
        raw_text,
        {{ normal_form('raw_text') }} as joined
    from expected
)

select
    expected.raw_text,
    expected.joined as expected_value,
    actual.joined as actual_value
from expected
left join actual on expected.raw_text is not distinct from actual.raw_text
where actual.joined is distinct from expected.joined
