{#- Whether this run is a `dbt build`, or a retry of one, that omits no data tests and no rows of its selection. -#}
{% macro runs_all_tests() %}
    {%- set args = invocation_args_dict -%}
    {{ return(args.which == 'build' and not (
        args.get('select') or args.get('models') or args.get('exclude') or args.get('resource_types') or args.get('empty') or args.get('sample')
        or args.get('exclude_resource_types', []) | reject('equalto', 'unit_test') | list
    )) }}
{% endmacro %}
