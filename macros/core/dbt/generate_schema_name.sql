{#- Schemas have the names of the folders, without the target's name before them: `staging`, `marts`, … dbt takes this macro for the
    models of this package in a project that installs it, too. -#}
{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name or target.schema }}{% endmacro %}
