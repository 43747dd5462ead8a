{#- Query of literal rows: one per value, in one column. Texts are quoted, numbers are not. -#}
{% macro literal_rows(column, values) -%}
    {%- for value in values -%}
        select {% if value is string %}{{ sql_text(value) }}{% else %}{{ value }}{% endif %} as {{ column }}
        {{- ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
