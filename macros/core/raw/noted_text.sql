{#- The delivered text of a column whose value staging could not use, from unreadable_values or implausible_values; NULL if
    neither contains the column. -#}
{% macro noted_text(table, column) -%}
    {%- set columns = raw_contract()[table]['columns'] | select('in', column_types().keys() | list) | list -%}
    {%- set later = columns[columns.index(column) + 1:] -%}
    {%- set pattern = '(?s)(^|; )' ~ column ~ '=(.*?)(' ~ ('; (' ~ later | join('|') ~ ')=|' if later) ~ '$)' -%}
    coalesce(
        {%- for notes in ['unreadable_values', 'implausible_values'] %}
        nullif(regexp_extract({{ notes }}, '{{ pattern }}', 2), ''){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
