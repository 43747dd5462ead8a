{#- Error of a query that cannot run, empty if it can: the query is planned and reads no rows. -#}
{% macro query_error(query) %}{{ return(adapter.dispatch('query_error')(query)) }}{% endmacro %}

{% macro duckdb__query_error(query) %}
    {{ return(run_query('select sql_error(' ~ sql_text(query) ~ ')').rows[0][0]) }}
{% endmacro %}

{% macro spark__query_error(query) %}
    {%- set plan = run_query('explain ' ~ query).rows[0][0] -%}
    {%- set opening = 'Error occurred during query planning:' -%}
    {{ return((plan | replace(opening, '') | trim).split('\n')[0] if plan.startswith(opening) else '') }}
{% endmacro %}
