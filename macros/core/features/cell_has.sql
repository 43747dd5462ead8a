{#- The condition under which a cell of a context, values joined by bars, has a value in one of its dimensions. -#}
{% macro cell_has(cell, dimension_value) -%}
    concat('|', {{ cell }}, '|') like concat('%|', {{ dimension_value }}, '|%')
{%- endmacro %}
