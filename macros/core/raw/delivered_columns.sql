{#- Column names of a mapped raw table, as delivered. Empty where dbt reads no raw rows: while it parses, in `dbt docs generate`,
    and in unit tests, whose given rows have the columns that the test states. -#}
{% macro delivered_columns(table) %}
    {%- set is_unit_test = model is defined and model.resource_type == 'unit_test' -%}
    {%- if not execute or is_unit_test or invocation_args_dict.which == 'generate' -%}{{ return([]) }}{%- endif -%}
    {{ return(relation_columns(raw_relation(table))) }}
{% endmacro %}
