-- section: quality
-- order: 10
-- title: What became of the raw rows
-- unit: share of the raw rows of each table
-- interval: none: every row is counted
-- read: Each bar is all rows of one raw table. Kept and corrected rows are used; rejected ones can be looked up one by
--    one in the warehouse, with the rule, in restricted.rejected_records.
-- empty: The ledger is empty: no raw table was read.

with tables as (
    select
        raw_table,
        rows_in,
        corrected_count,
        kept_count - corrected_count as untouched_count,
        rejected_count
    from marts.cleaning_ledger
    where rule = 'all' and rows_in > 0
),

fates as (
    select
        raw_table,
        rows_in,
        'kept as it was' as fate,
        1 as place,
        untouched_count as row_count
    from tables
    union all
    select
        raw_table,
        rows_in,
        'kept, corrected' as fate,
        2 as place,
        corrected_count as row_count
    from tables
    union all
    select
        raw_table,
        rows_in,
        'rejected' as fate,
        3 as place,
        rejected_count as row_count
    from tables
)

select
    replace(raw_table, '_', ' ') as raw_table,
    fate,
    place,
    row_count,
    row_count / rows_in as share
from fates
order by rows_in desc, raw_table asc, place asc
