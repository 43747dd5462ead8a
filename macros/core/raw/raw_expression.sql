{#- An expression of a mapping as valid SQL: the name of a column is quoted, since it may hold blanks or be a word of SQL. Blanks at its
    ends don't count: the header of a file is read without them. -#}
{% macro raw_expression(expression, delivered) %}
    {%- for column in delivered if column | trim | lower == expression | string | trim | lower -%}
        {{ return(adapter.quote(column | replace('"', '""'))) }}
    {%- endfor -%}
    {{ return(expression) }}
{% endmacro %}
