-- Catches rows that vanish or multiply between a raw table and its ledger: kept + rejected must be what staging read.
with staged as (
    {%- for table in raw_contract() %}
    select
        '{{ table }}' as raw_table,
        count(*) as row_count
    from {{ ref('stg_' ~ table) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

booked as (
    select
        raw_table,
        sum(row_count) as row_count
    from {{ ref('cleaning_ledger') }}
    group by raw_table
)

select
    staged.raw_table,
    staged.row_count as staged_count,
    booked.row_count as booked_count
from staged
left join booked on staged.raw_table = booked.raw_table
where staged.row_count <> coalesce(booked.row_count, 0)
