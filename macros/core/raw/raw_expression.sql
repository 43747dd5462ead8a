{#- An expression of a mapping as valid SQL: the name of a column is quoted, since it may hold blanks or be a word of SQL. -#}
{% macro raw_expression(expression, delivered) %}
    {%- for column in delivered if column | lower == expression | string | lower -%}
        {{ return(adapter.quote(column | replace('"', '""'))) }}
    {%- endfor -%}
    {{ return(expression) }}
{% endmacro %}
