-- Grain: raw table of customers. What of it is not read because its customer asked to be forgotten, as counts alone: the ledger
-- adds them up with what staging holds, so that no raw row goes unaccounted for.
with erased as (
    {{ erased_ids() }}
),

counts as (
    {%- for table in raw_contract() if 'customer_id' in raw_contract()[table]['columns'] and table != 'erasure_requests' %}
    {{ erased_rows_of(table) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    raw_table,
    cast(customer_count as bigint) as customer_count,
    cast(row_count as bigint) as row_count
from counts
