-- Catches an entry of the audit log that was changed, taken away from between others or put among them: each digest must
-- follow from its entry and the digest before, and numbers have no gaps. That the newest entries were cut off shows only
-- against a copy.
{%- set columns = ['entry_number', 'cast(noted_at as string)', 'run_id', 'operator', 'action', 'object', 'row_count', 'outcome',
                   'details'] %}
with entries as (
    select
        *,
        lag(digest, 1, '') over (order by entry_number asc nulls last) as previous_digest,
        row_number() over (order by entry_number asc nulls last) as place
    from {{ ref('audit_log') }}
)

select
    entry_number,
    digest
from entries
where
    entry_number <> place
    or digest <> md5({{ values_as_json(columns + ['previous_digest']) }})
