{#- Loads a seed from its file. The macro of dbt-duckdb does not quote the path, which may hold an apostrophe. A project that installs this
    one uses it for its own seeds, too, and has no other macros of this one by name. -#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set path = adapter.get_seed_file_path(model) | replace("'", "''") -%}
    {%- set sql -%}
        copy {{ this.render() }} from '{{ path }}' (format csv, header true, delimiter '{{ config.get('delimiter', ',') }}')
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
