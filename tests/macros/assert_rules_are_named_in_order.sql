-- Catches a later rule that is named first, and a second rule that is not found. Also catches an empty name in place of NULL for
-- a row without rules, and a NULL condition treated as true. Columns with a rule's name come last.
{%- set rules = ['missing', 'negative', 'far'] %}
with samples (case_name, amount, spelling_rule, case_rule) as (
    values
    ('none', 1, cast(null as string), cast(null as string)),
    ('only the first', null, null, null),
    ('only the last', 11, null, null),
    ('two', -11, null, null),
    ('only a column', 1, null, 'case'),
    ('a rule and both columns', -1, 'spelling', 'case')
),

expected (case_name, first_name, found_names) as (
    values
    ('none', cast(null as string), cast(null as string)),
    ('only the first', 'missing', 'missing;'),
    ('only the last', 'far', 'far;'),
    ('two', 'negative', 'negative;far;'),
    ('only a column', null, 'case;'),
    ('a rule and both columns', 'negative', 'negative;spelling;case;')
),

judged as (
    select
        *,
        amount is null as is_missing,
        amount < 0 as is_negative,
        abs(amount) > 10 as is_far
    from samples
),

actual as (
    select
        case_name,
        {{ first_rule(rules) }} as first_name,
        {{ found_rules(rules, named=['spelling_rule', 'case_rule']) }} as found_names
    from judged
)

select
    expected.case_name,
    expected.first_name as expected_first,
    actual.first_name as actual_first,
    expected.found_names as expected_found,
    actual.found_names as actual_found
from expected
left join actual on expected.case_name = actual.case_name
where
    actual.case_name is null
    or actual.first_name is distinct from expected.first_name
    or actual.found_names is distinct from expected.found_names
