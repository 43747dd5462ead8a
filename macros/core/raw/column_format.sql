{#- The format of a column's texts, from the mapping's setting time_format or number_format: one text for all columns of that kind
    or {column: text}. None if the mapping states no format. -#}
{% macro column_format(table, setting, column) %}
    {%- set stated = (var('raw').get(table) or {}).get(setting) -%}
    {{ return(stated.get(column) if stated is mapping else stated) }}
{% endmacro %}
