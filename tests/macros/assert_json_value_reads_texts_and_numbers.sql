-- Catches a text with its quotes, a number or a boolean that is lost, and a missing name that is not NULL.
with expected (object_text, value) as (
    values
    ('{"a": 0.25, "b": 1}', cast('0.25' as string)),
    ('{"b": 1, "a": "cascade"}', 'cascade'),
    ('{"a": 0}', '0'),
    ('{"a": ""}', ''),
    ('{"b": {"a": 1}}', cast(null as string)),
    ('{}', cast(null as string)),
    (cast(null as string), cast(null as string))
),

actual as (
    select
        object_text,
        {{ json_value('object_text', 'a') }} as value
    from expected
)

select
    expected.object_text,
    expected.value as expected_value,
    actual.value as actual_value
from expected
left join actual on expected.object_text is not distinct from actual.object_text
where actual.value is distinct from expected.value
