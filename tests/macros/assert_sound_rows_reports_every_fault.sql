-- Catches a fault that the test `sound_rows` misses, miscounts or does not name, a NULL rule treated as true, and a fault
-- reported for sound rows.
with unsound (id, name, share) as (
    values
    (1, 'a', 0.5),
    (1, 'it''s', 1.5),
    (2, null, null)
),

sound (id, name, share) as (
    values
    (1, 'a', 0.5),
    (2, 'b', 1.0)
),

expected (fault, row_count) as (
    values
    ('name is NULL', 1),
    ('not share between 0 and 1', 2),
    ({{ sql_text("not name in ('a', 'it''s')") }}, 1),
    ('more than one row has, 1', 2),
    ('sound: nothing is tested', 2)
),

actual as (
    select
        fault,
        row_count
    from (
        {{ test_sound_rows('unsound', key=['id'], required=['name'], rules=['share between 0 and 1', "name in ('a', 'it''s')"]) }}
    )
    union all
    select
        fault,
        row_count
    from (
        {{ test_sound_rows('sound', key=['id'], required=['name'], rules=['share between 0 and 1', "name in ('a', 'b')"]) }}
    )
    union all
    select
        'sound: ' || fault as fault,
        row_count
    from ({{ test_sound_rows('sound') }})
)

select
    coalesce(expected.fault, actual.fault) as fault,
    expected.row_count as expected_count,
    actual.row_count as actual_count
from expected
full outer join actual on expected.fault = actual.fault
where expected.row_count is distinct from actual.row_count
