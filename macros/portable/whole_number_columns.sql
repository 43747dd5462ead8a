{#- Names of the columns of a query with an integer type, found without running it. -#}
{% macro whole_number_columns(query) %}{{ return(adapter.dispatch('whole_number_columns')(query)) }}{% endmacro %}

{% macro duckdb__whole_number_columns(query) %}
    {%- set columns = [] -%}
    {%- for row in run_query('describe ' ~ query).rows if row[1].endswith('INT') or row[1] in ('INTEGER', 'UINTEGER') -%}
        {%- do columns.append(row[0]) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}

{% macro spark__whole_number_columns(query) %}
    {%- set columns = [] -%}
    {%- for row in run_query('describe query ' ~ query).rows if row[1] in ('tinyint', 'smallint', 'int', 'bigint') -%}
        {%- do columns.append(row[0]) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
