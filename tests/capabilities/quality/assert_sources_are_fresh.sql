-- Catches a raw table that stopped arriving while others go on. It only warns: what there is can still be recommended from.
{{ config(severity='warn') }}
select
    raw_table,
    newest_at,
    as_of,
    delay_days,
    longest_delay_days
from {{ ref('source_freshness') }}
where status = 'stale'
