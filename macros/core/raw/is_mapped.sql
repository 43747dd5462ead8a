{#- Whether the dataset maps a column of the raw contract, as SQL. A value counts as missing only if the dataset delivers the
    column. -#}
{% macro is_mapped(table, column) %}
    {%- set is_there = table in var('raw') and column in raw_columns(table) -%}
    {{ return('true' if is_there else 'false') }}
{% endmacro %}
