{#- SQL of the operator's name: the environment variable WAREHOUSE_OPERATOR, else the user of the system or the engine. -#}
{% macro operator_name() %}{{ return(adapter.dispatch('operator_name')()) }}{% endmacro %}

{% macro duckdb__operator_name() %}coalesce(getvariable('warehouse_operator'), 'unknown'){% endmacro %}

{% macro spark__operator_name() %}coalesce(nullif({{ sql_text(env_var('WAREHOUSE_OPERATOR', '')) }}, ''), current_user()){% endmacro %}
