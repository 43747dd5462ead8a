-- Grain: raw table of customers. What of it is not read because its customer asked to be forgotten, as counts alone: the ledger
-- adds them up with what staging holds, so that no raw row goes unaccounted for. Read by cleaning_ledger.
with erased as (
    {{ erased_ids() }}
),

counts as (
    {%- for table in raw_contract() if 'customer_id' in raw_contract()[table]['columns'] and table != 'erasure_requests' %}
    select
        '{{ table }}' as raw_table,
        {%- if table in tables_of_customers() and 'erasure_requests' in var('raw') %}
        count(distinct erased.raw_customer_id) as customer_count,
        count(*) as row_count
    from ({{ mapped_rows(table) }}) as delivered
    inner join erased on trim(delivered.customer_id) = erased.raw_customer_id
        {%- else %}
        0 as customer_count,
        0 as row_count
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    raw_table,
    cast(customer_count as bigint) as customer_count,
    cast(row_count as bigint) as row_count
from counts
