-- Catches a rejection that is counted but cannot be looked at: each rule in the ledger must have as many rows to show,
-- but for `erased`: of those who asked to be forgotten there is nothing to look at.
with shown as (
    select
        raw_table,
        rule,
        count(*) as row_count
    from {{ ref('rejected_records') }}
    group by raw_table, rule
)

select
    ledger.raw_table,
    ledger.rule,
    ledger.rejected_count,
    shown.row_count as shown_count
from {{ ref('cleaning_ledger') }} as ledger
left join shown
    on
        ledger.raw_table = shown.raw_table
        and ledger.rule = shown.rule
where
    ledger.rule not in ('all', 'erased')
    and ledger.rejected_count <> coalesce(shown.row_count, 0)
