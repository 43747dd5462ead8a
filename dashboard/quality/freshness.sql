-- section: quality
-- order: 20
-- title: How old the newest row of each raw table is
-- unit: share of the longest delay that is allowed (1 = limit)
-- interval: none: times are read, not estimated
-- read: A bar that reaches the dashed line is too old. Days are in the tooltip and in the table of numbers.
-- empty: No raw table has times.

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
