-- Catches a rejection that is counted but cannot be inspected: each rule in the ledger must have as many rows in
-- rejected_records. Rule `erased` is the exception, because rows of erased customers are not stored.
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
