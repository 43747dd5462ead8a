-- Catches an accepted value of another type, at an open bound or out of range, an accepted date that does not exist, and a
-- rejected value that matches one of the alternatives.
{%- set cases = [
    (1, 'integer >= 1', true), (0, 'integer >= 1', false), (1.5, 'integer >= 1', false), ('1', 'integer >= 1', false),
    (true, 'integer', false), (901, 'integer >= 1 <= 900', false), (none, 'integer', false),
    (0.5, 'number > 0 < 1', true), (0, 'number > 0 < 1', false), (1, 'number > 0 < 1', false), (1, 'number > 0 <= 1', true),
    (false, 'number', false), (true, 'boolean', true), (1, 'boolean', false), ('no', 'boolean', false),
    ('a', 'text', true), ('', 'text', false), (7, 'text', false),
    ('b', 'a | b', true), ('c', 'a | b', false), (['a'], 'a | b', false), ('list', 'position | list', true),
    (none, 'integer | null', true), (5, 'integer | null', true), ('null', 'integer | null', false),
    ([1, 2], 'list of integer >= 1', true), ([], 'list of text', true), ([1, 0], 'list of integer >= 1', false),
    ([0, 1], 'list of integer >= 1', false), (1, 'list of integer', false), ('ab', 'list of text', false), ({'a': 1}, 'list of text', false),
    ({'a': 1}, 'mapping', true), ([1], 'mapping', false),
    ('2024-02-29', 'timestamp', true), ('2025-02-29', 'timestamp', false), ('2025-06-31', 'timestamp', false),
    ('30/06/2025', 'timestamp', false), ('2025-13-01', 'timestamp', false), ('2025-06-30 23:59:59', 'timestamp', true),
    ('2025-06-30T08:30', 'timestamp', true), ('2025-06-30 24:00', 'timestamp', false), (20250630, 'timestamp', false)
] %}
with cases (value, accepts, expected, actual) as (
    values
    {%- for value, accepts, expected in cases %}
    ({{ sql_text(value) }}, {{ sql_text(accepts) }}, {{ expected }}, {{ is_accepted(value, accepts) }}){{ ',' if not loop.last }}
    {%- endfor %}
)

select
    value,
    accepts,
    expected,
    actual
from cases
where expected <> actual
