-- Catches rows that vanish or multiply between a raw table and its ledger. kept + rejected must equal the staged rows plus the
-- rows removed because of erasure requests. The rejections of the single rules must sum to all rejections, because each row is
-- rejected by one rule. A raw table without rows has a row of zeros.
with staged as (
    {%- for table in raw_contract() %}
    select
        '{{ table }}' as raw_table,
        count(*) as row_count
    from {{ ref('stg_' ~ table) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

erased as (
    select
        raw_table,
        row_count
    from {{ ref('erased_rows') }}
),

booked as (
    select
        raw_table,
        sum(kept_count + rejected_count) filter (where rule = 'all') as row_count,
        sum(rejected_count) filter (where rule = 'all') as rejected_count,
        sum(rejected_count) filter (where rule <> 'all') as rejected_by_rules
    from {{ ref('cleaning_ledger') }}
    group by raw_table
)

select
    staged.raw_table,
    staged.row_count as staged_count,
    erased.row_count as erased_count,
    booked.row_count as booked_count,
    booked.rejected_count,
    booked.rejected_by_rules
from staged
left join erased on staged.raw_table = erased.raw_table
left join booked on staged.raw_table = booked.raw_table
where
    booked.row_count is null
    or staged.row_count + coalesce(erased.row_count, 0) <> booked.row_count
    or booked.rejected_count <> coalesce(booked.rejected_by_rules, 0)
