-- Grain: raw table with a customer_id, erasure_requests included. Counts the raw rows that are not read because their customer
-- requested erasure. The ledger adds the counts to the rows in staging, so every raw row is accounted for. The row of
-- erasure_requests counts the requesters without rows in any raw table: their id may be spelled differently there.
{%- set tables = [] %}
{%- for table, contract in raw_contract().items() if 'customer_id' in contract['columns'] and table != 'erasure_requests' %}
{%- do tables.append(table) %}
{%- endfor %}
with erased as (
    {{ erased_ids() }}
),

raw_tables as (
    {{ literal_rows('raw_table', tables) }}
),

found as (
    {%- for table in tables_of_customers() if 'erasure_requests' in var('raw') %}
    select
        '{{ table }}' as raw_table,
        erased.raw_customer_id,
        count(*) as row_count
    from ({{ mapped_rows(table) }}) as delivered
    inner join erased on delivered.customer_id = erased.raw_customer_id
    group by erased.raw_customer_id
    union all
    {%- endfor %}
    select
        'none' as raw_table,
        cast(null as string) as raw_customer_id,
        0 as row_count
),

counts as (
    select
        raw_tables.raw_table,
        count(found.raw_customer_id) as customer_count,
        coalesce(sum(found.row_count), 0) as row_count
    from raw_tables
    left join found on raw_tables.raw_table = found.raw_table
    group by raw_tables.raw_table
    union all
    select
        'erasure_requests' as raw_table,
        count(*) as customer_count,
        0 as row_count
    from erased
    left join (select distinct raw_customer_id from found) as known on erased.raw_customer_id = known.raw_customer_id
    where known.raw_customer_id is null
)

select
    raw_table,
    cast(customer_count as bigint) as customer_count,
    cast(row_count as bigint) as row_count
from counts
