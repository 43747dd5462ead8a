-- Catches spellings of one label that remain different, and a blank label that does not become unknown.
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
