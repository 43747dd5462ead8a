-- section: quality
-- order: 30
-- title: Cleaning rules with matching rows
-- unit: matching rows per raw table and rule (square-root scale)
-- interval: none: all rows are counted
-- read: The longest bars are the most frequent defects. The colour and the word after the bar state the action of the rule:
--    reject drops the row, correct changes a value, flag marks the row for review.
-- empty: No cleaning rule matched a row.

select
    replace(raw_table, '_', ' ') || ': ' || replace(rule, '_', ' ') as rule,
    action,
    found_count,
    found_count / rows_in as share
from marts.cleaning_ledger
where rule <> 'all' and found_count > 0
order by found_count desc, raw_table asc, rule asc
limit 25
