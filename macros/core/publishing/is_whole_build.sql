{#- Whether this run is a `dbt build` that leaves nothing out by its options, or a `dbt retry` of one. -#}
{% macro is_whole_build() %}{{ return(invocation_args_dict.which == 'build' and not partial_options()) }}{% endmacro %}
