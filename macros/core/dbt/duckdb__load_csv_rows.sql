{#- Loads a seed from its file. The macro of dbt-duckdb does not quote the path, which may hold an apostrophe. -#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set sql -%}
        copy {{ this.render() }} from {{ sql_text(adapter.get_seed_file_path(model)) }}
        (format csv, header true, delimiter {{ sql_text(config.get('delimiter', ',')) }})
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
