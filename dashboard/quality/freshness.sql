-- section: quality
-- order: 20
-- title: Age of the newest row of each raw table
-- unit: age divided by the longest allowed delay (100% = limit)
-- interval: none: ages are computed from stored times
-- read: A bar that reaches the dashed line means that the table is stale. The tooltip and the numbers show the age in days.
-- empty: No raw table has a time column.

select
    replace(raw_table, '_', ' ') as raw_table,
    delay_days / longest_delay_days as used,
    delay_days,
    longest_delay_days,
    newest_at,
    status
from marts.source_freshness
where delay_days is not null and longest_delay_days > 0
order by used desc, raw_table asc
