-- section: quality
-- order: 10
-- title: Disposition of the raw rows
-- unit: share of the raw rows of each table
-- interval: none: all rows are counted
-- read: Each bar is all rows of one raw table. Kept and corrected rows are used. The table restricted.rejected_records in the
--    warehouse lists each rejected row with its rule.
-- empty: The ledger is empty, because no raw table was read.

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

dispositions as (
    select
        raw_table,
        rows_in,
        'kept unchanged' as disposition,
        1 as disposition_order,
        untouched_count as row_count
    from tables
    union all
    select
        raw_table,
        rows_in,
        'kept, corrected' as disposition,
        2 as disposition_order,
        corrected_count as row_count
    from tables
    union all
    select
        raw_table,
        rows_in,
        'rejected' as disposition,
        3 as disposition_order,
        rejected_count as row_count
    from tables
)

select
    replace(raw_table, '_', ' ') as raw_table,
    disposition,
    disposition_order,
    row_count,
    row_count / rows_in as share
from dispositions
order by rows_in desc, raw_table asc, disposition_order asc
