{#- The element of an array at a place, 1 = the first; NULL where the array is. -#}
{% macro array_element(expression, place) %}{{ return(adapter.dispatch('array_element')(expression, place)) }}{% endmacro %}

{% macro duckdb__array_element(expression, place) %}{{ expression }}[{{ place }}]{% endmacro %}

{% macro spark__array_element(expression, place) %}element_at({{ expression }}, {{ place }}){% endmacro %}
