{#- Condition that an array contains a value. -#}
{% macro array_holds(expression, value) %}{{ return(adapter.dispatch('array_holds')(expression, value)) }}{% endmacro %}

{% macro duckdb__array_holds(expression, value) %}list_contains({{ expression }}, {{ value }}){% endmacro %}

{% macro spark__array_holds(expression, value) %}array_contains({{ expression }}, {{ value }}){% endmacro %}
