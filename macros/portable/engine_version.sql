{#- Name and version of the engine that runs the SQL. -#}
{% macro engine_version() %}{{ return(adapter.dispatch('engine_version')()) }}{% endmacro %}

{% macro duckdb__engine_version() %}{{ return('DuckDB ' ~ run_query('select version()').rows[0][0]) }}{% endmacro %}

{% macro spark__engine_version() %}{{ return('Spark ' ~ run_query('select version()').rows[0][0]) }}{% endmacro %}
