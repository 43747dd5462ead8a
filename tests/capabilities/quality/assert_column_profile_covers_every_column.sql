-- Catches a raw column without a profile although its table has rows, and counts that differ from staging.
with staged as (
    {%- for table, contract in raw_contract().items() %}
    {%- set last_table = loop.last %}
    {%- for column in contract['columns'] %}
    select
        '{{ table }}' as raw_table,
        '{{ column }}' as column_name,
        count(*) as row_count,
        count({{ column }}) as value_count
    from {{ ref('stg_' ~ table) }}
    having count(*) > 0
    {{ 'union all' if not (loop.last and last_table) }}
    {%- endfor %}
    {%- endfor %}
)

select
    staged.raw_table,
    staged.column_name,
    staged.row_count,
    staged.value_count,
    profile.null_count
from staged
left join {{ ref('column_profile') }} as profile
    on
        staged.raw_table = profile.raw_table
        and staged.column_name = profile.column_name
where
    profile.raw_table is null
    or staged.row_count <> profile.row_count
    or staged.value_count <> profile.row_count - profile.null_count
