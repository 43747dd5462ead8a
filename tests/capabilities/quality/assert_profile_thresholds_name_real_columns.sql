-- Catches a threshold or limit that never applies because its table or column is misspelt.
with contract_columns as (
    {%- for table, contract in raw_contract().items() %}
    {%- set last_table = loop.last %}
    {%- for column in contract['columns'] %}
    select '{{ table }}' as raw_table, '{{ column }}' as column_name
    {{ 'union all' if not (loop.last and last_table) }}
    {%- endfor %}
    {%- endfor %}
)

select
    'profile_thresholds' as seed,
    thresholds.raw_table,
    thresholds.column_name
from {{ ref('profile_thresholds') }} as thresholds
left join contract_columns
    on
        thresholds.raw_table in (contract_columns.raw_table, '*')
        and thresholds.column_name in (contract_columns.column_name, '*')
where contract_columns.raw_table is null
union all
select
    'freshness_limits' as seed,
    limits.raw_table,
    '*' as column_name
from {{ ref('freshness_limits') }} as limits
left join contract_columns on limits.raw_table = contract_columns.raw_table
where contract_columns.raw_table is null
