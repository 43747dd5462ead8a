{#- Schemas bear the names of the folders, without the target's name before them: `staging`, `marts`, … -#}
{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name or target.schema }}{% endmacro %}
