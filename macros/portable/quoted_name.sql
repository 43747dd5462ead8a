{#- A column name, as delivered by others, as an SQL identifier. -#}
{% macro quoted_name(name) %}{{ return(adapter.dispatch('quoted_name')(name)) }}{% endmacro %}

{% macro duckdb__quoted_name(name) %}{{ return(adapter.quote(name | replace('"', '""'))) }}{% endmacro %}

{% macro spark__quoted_name(name) %}{{ return(adapter.quote(name | replace('`', '``'))) }}{% endmacro %}
