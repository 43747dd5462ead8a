-- Catches raw rows that no build has read: older than reopen_days when they arrived, after the last full build. Rows delivered
-- once more look the same, so this only warns. Rows of those who asked to be forgotten are meant to be left out. Remedy: `dbt
-- build --full-refresh`.
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
