-- Catches a list that is split at blanks or underscores, a wrong separator, and a list joined in the order of delivery.
with samples (case_name, raw_text) as (
    values
    ('bar', 'toys|pet_food|Tee & Kaffee'),
    ('comma', 'b,a'),
    ('semicolon', 'b;a;c'),
    ('one', 'toys'),
    ('null', cast(null as string))
),

expected (case_name, joined) as (
    values
    ('bar', 'Tee & Kaffee, pet_food, toys'),
    ('comma', 'a, b'),
    ('semicolon', 'a, b, c'),
    ('one', 'toys')
),

parts as (
    select
        case_name,
        {{ explode_values('raw_text') }} as part
    from samples
),

actual as (
    select
        case_name,
        {{ string_list('part') }} as joined
    from parts
    group by case_name
)

select
    coalesce(expected.case_name, actual.case_name) as case_name,
    expected.joined as expected_value,
    actual.joined as actual_value
from expected
full outer join actual on expected.case_name = actual.case_name
where expected.joined is distinct from actual.joined
