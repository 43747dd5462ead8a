-- Warns about raw rows that no build has read: rows that arrived after the last full build and were older than reopen_days on
-- arrival. Duplicate deliveries look the same, so this test only warns. Rows of customers who requested erasure are excluded on
-- purpose. Remedy: `dbt build --full-refresh`.
{{ config(severity='warn') }}
{%- set tables = ['order_lines', 'events'] %}
with counts as (
    {%- for table in tables %}
    select
        '{{ table }}' as raw_table,
        (select count(*) from {{ ref('stg_' ~ table) }}) as staged_count,
        {{ '(select count(*) from (' ~ mapped_rows(table) ~ ') as mapped)' if table in var('raw') else '0' }} as raw_count
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    counts.raw_table,
    counts.raw_count,
    counts.staged_count,
    erased.row_count as erased_count
from counts
inner join {{ ref('erased_rows') }} as erased on counts.raw_table = erased.raw_table
where counts.raw_count <> counts.staged_count + erased.row_count
