{#- Creates the empty table of a seed, with types in the syntax of Spark. -#}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set sql -%}
        create table {{ this.render() }} (
            {%- for column in agate_table.column_names %}
            {{ adapter.quote(column) }} {{ spark_type(config.get('column_types', {}).get(column)
                or adapter.convert_type(agate_table, loop.index0)) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) {{ file_format_clause() }}
    {%- endset -%}
    {%- call statement('_') -%}{{ sql }}{%- endcall -%}
    {{ return(sql) }}
{% endmacro %}
