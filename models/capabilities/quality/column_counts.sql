-- Grain: raw table × column, of the mapped tables with rows: counts that apply to columns of any type. Read from staging, so that
-- rejected rows are included. lowest and highest are values of single rows, so they are withheld in tables with customers.
with counts as (
    {%- for table, contract in raw_contract().items() %}
    {%- set last_table = loop.last %}
    {%- for column in contract['columns'] %}
    select
        '{{ table }}' as raw_table,
        '{{ column }}' as column_name,
        '{{ column_kind(table, column) }}' as kind,
        count(*) as row_count,
        count(*) - count({{ column }}) as null_count,
        {%- if 'customer_id' in contract['columns'] %}
        cast(null as string) as lowest,
        cast(null as string) as highest
        {%- else %}
        cast(min({{ column }}) as string) as lowest,
        cast(max({{ column }}) as string) as highest
        {%- endif %}
    from {{ ref('stg_' ~ table) }}
    having count(*) > 0
    {{ 'union all' if not (loop.last and last_table) }}
    {%- endfor %}
    {%- endfor %}
)

select
    counts.raw_table,
    counts.column_name,
    counts.kind,
    counts.row_count,
    counts.null_count,
    coalesce(frequencies.distinct_count, 0) as distinct_count,
    counts.lowest,
    counts.highest
from counts
left join {{ ref('column_frequencies') }} as frequencies
    on
        counts.raw_table = frequencies.raw_table
        and counts.column_name = frequencies.column_name
        and frequencies.value_rank = 1
