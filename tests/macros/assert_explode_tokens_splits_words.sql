-- Catches words split at an umlaut, lost numbers, punctuation as a word, and an empty word of a text without words. The full join
-- compares both sides, so a lost word fails as well as an additional one.
with samples (case_name, raw_text) as (
    values
    ('umlauts', 'Grüne ÄPFEL, süß'),
    ('digits', 'USB-C 3.0 kabel 3m'),
    ('twice', 'tick tock, tick!'),
    ('cyrillic', 'Красный стул'),
    ('punctuation only', ' -- !? '),
    ('empty', ''),
    ('null', cast(null as string))
),

expected (case_name, term, term_count) as (
    values
    ('umlauts', 'grüne', 1),
    ('umlauts', 'äpfel', 1),
    ('umlauts', 'süß', 1),
    ('digits', 'usb', 1),
    ('digits', 'c', 1),
    ('digits', '3', 1),
    ('digits', '0', 1),
    ('digits', 'kabel', 1),
    ('digits', '3m', 1),
    ('twice', 'tick', 2),
    ('twice', 'tock', 1),
    ('cyrillic', 'красный', 1),
    ('cyrillic', 'стул', 1)
),

terms as (
    select
        case_name,
        {{ explode_tokens('raw_text') }} as term
    from samples
),

actual as (
    select
        case_name,
        term,
        count(*) as term_count
    from terms
    group by case_name, term
)

select
    coalesce(expected.case_name, actual.case_name) as case_name,
    coalesce(expected.term, actual.term) as term,
    expected.term_count as expected_value,
    actual.term_count as actual_value
from expected
full outer join actual
    on
        expected.case_name = actual.case_name
        and expected.term = actual.term
where actual.term_count is distinct from expected.term_count
