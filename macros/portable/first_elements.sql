{#- The first elements of an array, as many as count; all where there are fewer. -#}
{% macro first_elements(expression, count) %}{{ return(adapter.dispatch('first_elements')(expression, count)) }}{% endmacro %}

{% macro duckdb__first_elements(expression, count) %}{{ expression }}[1:{{ count }}]{% endmacro %}

{% macro spark__first_elements(expression, count) %}slice({{ expression }}, 1, {{ count }}){% endmacro %}
