{#- SQL condition that a cell of a context, dimension values joined by bars, contains a value in one of its dimensions. -#}
{% macro cell_has(cell, dimension_value) -%}
    concat('|', {{ cell }}, '|') like concat('%|', {{ dimension_value }}, '|%')
{%- endmacro %}
