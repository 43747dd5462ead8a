-- Catches a clean table that loses rows the ledger calls kept (a join that drops, a filter that crept in).
with counts as (
    select
        'order_lines' as raw_table,
        count(*) as row_count
    from {{ ref('clean_order_lines') }}
    where undone_at is null
    union all
    select
        'events' as raw_table,
        count(*) as row_count
    from {{ ref('clean_events') }}
    union all
    select
        'feedback' as raw_table,
        count(*) as row_count
    from {{ ref('clean_feedback') }}
    union all
    select
        'impressions' as raw_table,
        count(*) as row_count
    from {{ ref('clean_impressions') }}
    union all
    select
        'customers' as raw_table,
        count(*) as row_count
    from {{ ref('clean_customers') }}
    where is_registered
)

select
    counts.raw_table,
    counts.row_count,
    ledger.kept_count
from counts
left join {{ ref('cleaning_ledger') }} as ledger
    on
        counts.raw_table = ledger.raw_table
        and ledger.rule = 'all'
where counts.row_count <> coalesce(ledger.kept_count, 0)
