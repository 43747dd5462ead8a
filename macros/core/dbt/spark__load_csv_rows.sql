{#- Loads a seed by inserting its rows. The dbt-spark macro does not quote texts with an apostrophe. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = [] -%}
    {%- for column in agate_table.column_names -%}
        {%- do types.append(spark_type(config.get('column_types', {}).get(column) or adapter.convert_type(agate_table, loop.index0))) -%}
    {%- endfor -%}
    {%- set sql -%}
        insert into {{ this.render() }} values
        {%- for row in agate_table.rows %}
        (
            {%- for value in row -%}
            {{ 'null' if value is none else 'cast(' ~ sql_text(value) ~ ' as ' ~ types[loop.index0] ~ ')' }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
