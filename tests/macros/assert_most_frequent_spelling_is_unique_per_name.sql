-- Catches a name with two spellings or none, a rare spelling that is chosen, and a random tie-break (the last spelling in
-- alphabetical order wins, which is the lower-case one). Also catches blanks that make a separate spelling, and duplicate rows
-- that are counted.
with samples (copy_number, brand) as (
    values
    (1, 'Acme'),
    (1, 'Acme'),
    (1, 'ACME'),
    (2, 'ACME'),
    (3, 'ACME'),
    (1, 'Zeta'),
    (1, 'zeta'),
    (1, 'Oak  Row'),
    (1, ' Oak Row'),
    (1, 'oak-row'),
    (2, 'Copies only'),
    (1, cast(null as string))
),

expected (normal_form, spelling) as (
    values
    ('acme', 'Acme'),
    ('zeta', 'zeta'),
    ('oakrow', 'Oak Row')
),

actual as (
    {{ most_frequent_spelling('samples', 'brand') }}
)

select
    coalesce(expected.normal_form, actual.normal_form) as normal_form,
    expected.spelling as expected_value,
    actual.spelling as actual_value
from expected
full outer join actual on expected.normal_form = actual.normal_form
where actual.spelling is distinct from expected.spelling
