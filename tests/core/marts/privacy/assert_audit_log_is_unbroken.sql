-- Catches an entry of the audit log that was changed, deleted or inserted: each digest must follow from its entry and the
-- previous digest, and entry numbers have no gaps. The deletion of the newest entries can be detected only by comparison with a
-- copy.
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
