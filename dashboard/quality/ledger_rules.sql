-- section: quality
-- order: 30
-- title: Rules of cleaning that found something
-- unit: rows found, per rule and raw table (square-root scale)
-- interval: none: every row is counted
-- read: The longest bars are the commonest damage. What a rule does is told by its colour and the word behind it: reject
--    leaves the row out, correct changes a value, flag asks a person to look.
-- empty: No rule of cleaning found anything.

select
    replace(raw_table, '_', ' ') || ': ' || replace(rule, '_', ' ') as rule,
    action,
    found_count,
    found_count / rows_in as share
from marts.cleaning_ledger
where rule <> 'all' and found_count > 0
order by found_count desc, raw_table asc, rule asc
limit 25
