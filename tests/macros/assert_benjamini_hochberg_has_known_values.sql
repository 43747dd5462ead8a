-- Catches p-values adjusted by the wrong rank or count, a q-value that falls although p rises (c and d), missing p-values that
-- count as tests, groups adjusted together, and ties adjusted differently.
with tests (kind, name, p_value) as (
    values
    ('four', 'a', 0.001),
    ('four', 'b', 0.01),
    ('four', 'c', 0.058),
    ('four', 'd', 0.06),
    ('four', 'missing', null),
    ('tied', 'a', 0.02),
    ('tied', 'b', 0.02),
    ('single', 'a', 0.9)
),

expected (kind, name, q_value) as (
    values
    ('four', 'a', 0.004),
    ('four', 'b', 0.02),
    ('four', 'c', 0.06),
    ('four', 'd', 0.06),
    ('four', 'missing', null),
    ('tied', 'a', 0.02),
    ('tied', 'b', 0.02),
    ('single', 'a', 0.9)
),

adjusted as (
    {{ benjamini_hochberg('tests', ['kind'], ['name']) | indent(4) }}
)

select
    expected.kind,
    expected.name,
    expected.q_value as expected_value,
    adjusted.q_value as found_value
from expected
left join adjusted
    on
        expected.kind = adjusted.kind
        and expected.name = adjusted.name
where
    (expected.q_value is null) <> (adjusted.q_value is null)
    or abs(expected.q_value - adjusted.q_value) > 1e-12
