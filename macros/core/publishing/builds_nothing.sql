{#- Whether this command only looks: dbt runs the hooks for `docs generate` and the like too. -#}
{% macro builds_nothing() %}
    {{ return(invocation_args_dict.which not in ['build', 'run', 'seed', 'snapshot', 'test', 'clone']) }}
{% endmacro %}
