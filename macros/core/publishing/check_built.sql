{#- Runs before anything is tested: refuses `dbt test` where no table was ever built, in the place of an error per test. -#}
{% macro check_built() %}
    {%- if not execute or invocation_args_dict.which != 'test' -%}{{ return('') }}{%- endif -%}
    {%- for node in package_nodes() if node.resource_type == 'model' -%}
        {%- if adapter.get_relation(node.database, node.schema, node.alias) -%}{{ return('') }}{%- endif -%}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error('Nothing is built yet, so there is nothing to test. Run make build or dbt build first.') }}
{% endmacro %}
