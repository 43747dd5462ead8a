-- Catches a rejection that is counted but cannot be looked at: each reason in the ledger must have as many rows to show.
with shown as (
    select
        raw_table,
        reason,
        count(*) as row_count
    from {{ ref('rejected_records') }}
    group by raw_table, reason
)

select
    ledger.raw_table,
    ledger.reason,
    ledger.row_count,
    shown.row_count as shown_count
from {{ ref('cleaning_ledger') }} as ledger
left join shown
    on
        ledger.raw_table = shown.raw_table
        and ledger.reason = shown.reason
where
    ledger.fate = 'rejected'
    and ledger.row_count <> coalesce(shown.row_count, 0)
