-- Grain: raw table × column × value_rank, the nine most frequent values of each column, ties by the value as text. Nine, because
-- with all others they make the ten bins of column_bins. One query per column: stacking all columns as text first would hash ten
-- million rows once per column. Personal columns are left out. Read by column_bins and column_profile.
with frequent_values as (
    {%- for table, contract in raw_contract().items() %}
    {%- set last_table = loop.last %}
    {%- for column in contract['columns'] if not is_personal(table, column) %}
    (
        select
            '{{ table }}' as raw_table,
            '{{ column }}' as column_name,
            cast({{ column }} as string) as value,
            count(*) as row_count
        from {{ ref('stg_' ~ table) }}
        where {{ column }} is not null
        group by {{ column }}
        order by row_count desc nulls last, value nulls last
        limit 9
    )
    {{ 'union all' if not (loop.last and last_table) }}
    {%- endfor %}
    {%- endfor %}
)

select
    raw_table,
    column_name,
    row_number() over (
        partition by raw_table, column_name
        order by row_count desc nulls last, value nulls last
    ) as value_rank,
    value,
    row_count
from frequent_values
