{#- Condition that an array contains a value. -#}
{% macro array_contains(expression, value) %}{{ return(adapter.dispatch('array_contains')(expression, value)) }}{% endmacro %}

{% macro duckdb__array_contains(expression, value) %}list_contains({{ expression }}, {{ value }}){% endmacro %}

{% macro spark__array_contains(expression, value) %}array_contains({{ expression }}, {{ value }}){% endmacro %}
