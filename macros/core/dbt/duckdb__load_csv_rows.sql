{#- Loads a seed from its CSV file. The dbt-duckdb macro does not quote the path, which may contain an apostrophe. A project that
    installs this package uses this macro for its own seeds too, so the macro calls no other macro of this package by name. -#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set path = adapter.get_seed_file_path(model) | replace("'", "''") -%}
    {%- set sql -%}
        copy {{ this.render() }} from '{{ path }}' (format csv, header true, delimiter '{{ config.get('delimiter', ',') }}')
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
