{#- The SQL expression of each contract column of a mapped table, as {column: expression}. In a mapping without `columns`, each
    contract column that the raw table has maps to itself. Unmapped columns are absent. -#}
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
