{#- SQL condition that holds for rows that may be as recent as `since`, whatever time-zone offset their time has, and for rows
    without a usable time. This first filter is cheap enough for every row. `time` is the SQL expression of the time column as
    delivered. All rows pass if the mapping states a format for the time column. -#}
{% macro may_be_since(table, time, since) -%}
    {%- set column = raw_contract()[table]['time'] -%}
    {%- if column_format(table, 'time_format', column) -%}
        true
    {%- else -%}
        {%- set text = 'cast(' ~ time ~ ' as string)' -%}
        {%- set value = "try_cast(case when " ~ text ~ " like '____-%' then " ~ text ~ " end as timestamp)" -%}
        {%- set is_plausible = plausible_range(column, value ~ " - interval '1' day") -%}
        coalesce({{ value }} >= {{ since }} - interval '1' day or not {{ is_plausible }}, true)
    {%- endif -%}
{%- endmacro %}
