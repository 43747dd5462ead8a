-- Catches different texts of one id that do not match: floats of whole numbers, surrounding blanks of any kind, control
-- characters, and words for "not known". Also catches ids that must not change: leading zeros, versions, texts with blanks.
with expected (delivered, id) as (
    values
    ('100021', '100021'),
    ('100021.0', '100021'),
    ('100021.00', '100021'),
    ('-7.0', '-7'),
    ('1.2e+16', '12000000000000000'),
    (cast(cast(4006381333931 as double) as string), '4006381333931'),
    ('1.23E+12', '1.23E+12'),
    (' C1' || chr(9) || {{ sql_text('\u00a0\u200b') }} || chr(13) || chr(10), 'C1'),
    ({{ sql_text('\ufeffjane@shop.example') }}, 'jane@shop.example'),
    ({{ sql_text(' 12.0\u3000') }}, '12'),
    (chr(27) || '[31mC1' || chr(7) || {{ sql_text('\u202e') }}, '[31mC1'),
    ('two' || chr(9) || 'words' || chr(127), 'two words'),
    ('two words', 'two words'),
    ('00123', '00123'),
    ('1.10', '1.10'),
    ('v2.0', 'v2.0'),
    ('123456789012345678901', '12345678901234567890'),
    ('abcdefghijklmnopqrstu', 'abcdefghijklmnopqrst'),
    {%- for word in ['', ' ', 'NULL', 'nan', 'None', 'N/A', '\\N', '(not set)', ' - ', '#N/A', '<NA>', 'NA'] %}
    ({{ sql_text(word) }}, null),
    {%- endfor %}
    (chr(9) || {{ sql_text('\u00a0') }}, null),
    (cast(null as string), null)
),

actual as (
    select
        delivered,
        {{ normal_id('bare', 20) }} as id
    from (select delivered, {{ bare_id('delivered') }} as bare from expected) as bare_ids
)

select
    expected.delivered,
    expected.id as expected_value,
    actual.id as actual_value
from expected
left join actual on expected.delivered is not distinct from actual.delivered
where actual.id is distinct from expected.id
