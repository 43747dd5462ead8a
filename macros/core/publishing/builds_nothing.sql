{#- Whether this command builds and tests nothing: dbt also runs the hooks for `docs generate` and similar commands. -#}
{% macro builds_nothing() %}
    {{ return(invocation_args_dict.which not in ['build', 'run', 'seed', 'snapshot', 'test', 'clone']) }}
{% endmacro %}
