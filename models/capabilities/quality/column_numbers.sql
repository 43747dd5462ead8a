-- Grain: raw row × column, for columns of numbers or times (times as seconds since 1970-01-01 UTC). A view that allows quantiles,
-- outliers and bins to be one query each over all columns. NULL, NaN and infinity are unchanged.
{{ config(materialized='view') }}
{%- set numeric_columns = [] %}
{%- for table, contract in raw_contract().items() %}
{%- for column in contract['columns'] if column_kind(table, column) in ['number', 'time'] %}
{%- do numeric_columns.append((table, column)) %}
{%- endfor %}
{%- endfor %}
{%- for table, column in numeric_columns %}
select
    '{{ table }}' as raw_table,
    '{{ column }}' as column_name,
    {%- if column_kind(table, column) == 'time' %}
    {{ epoch_seconds('cast(' ~ column ~ ' as timestamp)') }} as number
    {%- else %}
    cast({{ column }} as double) as number
    {%- endif %}
from {{ ref('stg_' ~ table) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
