-- Grain: raw table × column × value_rank: the nine most frequent values of each column, ties by the value as text. Nine values
-- and a bin of all others make the ten bins of column_bins. One query per column: stacking all columns as text first would add
-- another hash of all rows per column. Distinct values are counted here too, because the groups are available; a separate
-- count(distinct) would double the cost of the whole profile. Values of personal columns are withheld. customer_count determines
-- whether a value may be published.
with frequent_values as (
    {%- for table, contract in raw_contract().items() %}
    {%- set last_table = loop.last %}
    {%- for column in contract['columns'] %}
    (
        select
            '{{ table }}' as raw_table,
            '{{ column }}' as column_name,
            cast({{ column }} as string) as value,
            {{ 'true' if is_personal(table, column) else 'false' }} as is_withheld,
            count(*) as row_count,
            {%- if 'customer_id' in contract['columns'] %}
            {{ customer_marks("31 * ascii(right(customer_id, 1)) + ascii(customer_id)") }} as customer_marks,
            {%- else %}
            cast(null as bigint) as customer_marks,
            {%- endif %}
            count(*) over () as distinct_count
        from {{ ref('stg_' ~ table) }}
        where {{ column }} is not null
        group by {{ column }}
        order by row_count desc nulls last, value asc nulls last
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
        order by row_count desc nulls last, value asc nulls last
    ) as value_rank,
    case when not is_withheld then value end as value,
    row_count,
    {{ marked_customers('customer_marks') }} as customer_count,
    distinct_count
from frequent_values
