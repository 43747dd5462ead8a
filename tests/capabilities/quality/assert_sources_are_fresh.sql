-- Catches a raw table that stopped arriving while others continue. It only warns, because recommendations can still be made from
-- the available data.
{{ config(severity='warn') }}
select
    raw_table,
    newest_at,
    as_of,
    delay_days,
    longest_delay_days
from {{ ref('source_freshness') }}
where status = 'stale'
