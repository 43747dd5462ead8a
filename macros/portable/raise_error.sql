{#- Expression that stops the query with a message when it is evaluated. Use it in a condition: an engine omits a column that is
    not read. -#}
{% macro raise_error(message) %}{{ return(adapter.dispatch('raise_error')(message)) }}{% endmacro %}

{% macro duckdb__raise_error(message) %}error({{ message }}){% endmacro %}

{% macro spark__raise_error(message) %}raise_error({{ message }}){% endmacro %}
