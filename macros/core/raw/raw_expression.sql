{#- An expression of a mapping as valid SQL. A column name is quoted, because it may contain blanks or be an SQL keyword. Outer
    blanks are ignored, as they are when a file's header is read. -#}
{% macro raw_expression(expression, delivered) %}
    {%- for column in delivered if column | trim | lower == expression | string | trim | lower -%}
        {{ return(quoted_name(column)) }}
    {%- endfor -%}
    {{ return(expression) }}
{% endmacro %}
