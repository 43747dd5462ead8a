{#- A condition that holds for rows that may be of `since` or later, whatever the offset in the text of their time is, and for rows whose time
    can't be used: a first sieve, cheap enough for every row. `time` is the SQL of the column as delivered. A time that the mapping gives
    a format for passes. -#}
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
