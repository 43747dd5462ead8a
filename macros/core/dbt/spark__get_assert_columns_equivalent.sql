{#- Checks a contract on Spark: the query must have the columns of the contract. Types are not compared but cast
    (spark__get_select_subquery), because Spark gives some expressions another width than DuckDB, such as int for row_number. -#}
{% macro spark__get_assert_columns_equivalent(sql) %}
    {%- set found = get_column_schema_from_query(sql) -%}
    {%- set names = found | map(attribute='name') | map('lower') | list -%}
    {%- if names | sort != model['columns'].keys() | map('lower') | sort -%}
        {%- set declared = [] -%}
        {%- for column in model['columns'].values() -%}
            {%- do declared.append({'name': column.name, 'data_type': column.data_type, 'formatted': column.name ~ ' ' ~ column.data_type}) -%}
        {%- endfor -%}
        {%- do exceptions.raise_contract_error(declared, format_columns(found)) -%}
    {%- endif -%}
{% endmacro %}
