-- Catches spellings of one label that stay two, and a blank one that isn't unknown.
with expected (raw_text, label) as (
    values
    (' Web ', 'web'),
    ('IN STORE', 'in store'),
    ('', 'unknown'),
    ('  ', 'unknown'),
    (cast(null as string), 'unknown')
),

actual as (
    select
        raw_text,
        label,
        {{ plain_text('raw_text') }} as found
    from expected
)

select
    raw_text,
    label,
    found
from actual
where label is distinct from found
