{#- Profile kind of a column of the raw contract: `number`, `time`, `truth` or `text`. -#}
{% macro column_kind(table, column) %}
    {%- if column not in raw_contract().get(table, {}).get('columns', []) -%}
        {{ exceptions.raise_compiler_error("column_kind: the raw contract has no column '" ~ column ~ "' in '" ~ table ~ "'.") }}
    {%- endif -%}
    {{ return(column_types()[column].kind if column in column_types() else 'text') }}
{% endmacro %}
