{#- An expression that stops the query with a message where it is evaluated. It belongs into a condition: an engine leaves out a column
    that nobody reads. -#}
{% macro raise_error(message) %}{{ return(adapter.dispatch('raise_error')(message)) }}{% endmacro %}

{% macro duckdb__raise_error(message) %}error({{ message }}){% endmacro %}

{% macro spark__raise_error(message) %}raise_error({{ message }}){% endmacro %}
