{#- The SQL expression behind each contract column of a mapped table, as {column: expression}. A mapping without `columns`
    says that the table bears the contract's own names: whichever of them it has are taken. An unmapped column is absent. -#}
{% macro raw_columns(table) %}
    {%- set mapping = var('raw')[table] -%}
    {%- if mapping.columns -%}
        {{ return(mapping.columns) }}
    {%- endif -%}
    {%- set expressions = {} -%}
    {%- if execute -%}
        {%- set found = relation_columns(raw_relation(table)) -%}
        {%- for column in raw_contract()[table]['columns'] if column in found -%}
            {%- do expressions.update({column: column}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(expressions) }}
{% endmacro %}
