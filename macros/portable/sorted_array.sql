{#- Values of an array in ascending order. -#}
{% macro sorted_array(expression) %}{{ return(adapter.dispatch('sorted_array')(expression)) }}{% endmacro %}

{% macro duckdb__sorted_array(expression) %}list_sort({{ expression }}){% endmacro %}

{% macro spark__sorted_array(expression) %}array_sort({{ expression }}){% endmacro %}
