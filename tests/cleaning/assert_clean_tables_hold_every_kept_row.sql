-- Catches a clean table that loses rows the ledger calls kept (a join that drops, a filter that crept in).
with counts as (
    select
        'order_lines' as raw_table,
        count(*) as row_count
    from {{ ref('clean_order_lines') }}
    union all
    select
        'events' as raw_table,
        count(*) as row_count
    from {{ ref('clean_events') }}
)

select
    counts.raw_table,
    counts.row_count,
    ledger.row_count as kept_count
from counts
left join {{ ref('cleaning_ledger') }} as ledger
    on
        counts.raw_table = ledger.raw_table
        and ledger.fate = 'kept'
where counts.row_count <> coalesce(ledger.row_count, 0)
