{#- Names each schema after its model folder, without the target's name as a prefix: `staging`, `marts`, … In a project that
    installs this package, dbt also uses this macro for the models of this package. -#}
{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name or target.schema }}{% endmacro %}
