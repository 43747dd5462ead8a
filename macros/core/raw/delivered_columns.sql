{#- Names of the columns that a mapped raw table is delivered with; none while the project is parsed and in unit tests, whose given rows have
    the columns that the test states. -#}
{% macro delivered_columns(table) %}
    {%- if not execute or (model is defined and model.resource_type == 'unit_test') -%}{{ return([]) }}{%- endif -%}
    {{ return(relation_columns(raw_relation(table))) }}
{% endmacro %}
