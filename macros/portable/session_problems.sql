{#- State of the session for check_pseudonym_key: why it has no key, whether it has none, its time zone, and why only the demo
    store may use its key. -#}
{% macro session_problems() %}{{ return(adapter.dispatch('session_problems')()) }}{% endmacro %}

{% macro duckdb__session_problems() %}
    {%- set found -%}
        select
            getvariable('pseudonym_key_problem'), getvariable('pseudonym_inner') is null, current_setting('TimeZone'),
            getvariable('public_key_problem')
    {%- endset -%}
    {{ return(run_query(found).rows[0]) }}
{% endmacro %}

{% macro spark__session_problems() %}
    {%- set key, problem, public_key_problem = adapter.key_given() -%}
    {{ return([problem, key is none, run_query('select current_timezone()').rows[0][0], public_key_problem]) }}
{% endmacro %}
