{#- Runs before any test: rejects `dbt test` of this package if none of its tables was ever built, instead of one error per
    test. -#}
{% macro check_built() %}
    {%- if not runs_package() or invocation_args_dict.which != 'test' -%}{{ return('') }}{%- endif -%}
    {%- for node in package_nodes() if node.resource_type == 'model' -%}
        {%- if adapter.get_relation(node.database, node.schema, node.alias) -%}{{ return('') }}{%- endif -%}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error('Nothing is built yet, so there is nothing to test. Run dbt build first.') }}
{% endmacro %}
