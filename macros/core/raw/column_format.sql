{#- What a mapping says of how the texts of a column are written: its setting time_format or number_format, which is one text for all
    columns of that kind or {column: text}; none where it says nothing. -#}
{% macro column_format(table, setting, column) %}
    {%- set stated = (var('raw').get(table) or {}).get(setting) -%}
    {{ return(stated.get(column) if stated is mapping else stated) }}
{% endmacro %}
