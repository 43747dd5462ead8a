{#- The first `count` elements of an array; all if there are fewer. -#}
{% macro first_elements(expression, count) %}{{ return(adapter.dispatch('first_elements')(expression, count)) }}{% endmacro %}

{% macro duckdb__first_elements(expression, count) %}{{ expression }}[1:{{ count }}]{% endmacro %}

{% macro spark__first_elements(expression, count) %}slice({{ expression }}, 1, {{ count }}){% endmacro %}
