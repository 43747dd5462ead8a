{#- Names of the columns that a mapped raw table is delivered with; none where its rows are not read: while the project is parsed, in docs,
    and in unit tests, whose given rows have the columns that the test states. -#}
{% macro delivered_columns(table) %}
    {%- set is_unit_test = model is defined and model.resource_type == 'unit_test' -%}
    {%- if not execute or is_unit_test or invocation_args_dict.which == 'generate' -%}{{ return([]) }}{%- endif -%}
    {{ return(relation_columns(raw_relation(table))) }}
{% endmacro %}
