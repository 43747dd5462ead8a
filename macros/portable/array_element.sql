{#- Element of an array at a position, 1 = first; NULL if the array is NULL. -#}
{% macro array_element(expression, place) %}{{ return(adapter.dispatch('array_element')(expression, place)) }}{% endmacro %}

{% macro duckdb__array_element(expression, place) %}{{ expression }}[{{ place }}]{% endmacro %}

{% macro spark__array_element(expression, place) %}element_at({{ expression }}, {{ place }}){% endmacro %}
