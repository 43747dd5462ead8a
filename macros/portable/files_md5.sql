{#- A single md5 of the names and texts of all files of this package that match any of `patterns`, both relative to its
    folder. -#}
{% macro files_md5(patterns) %}{{ return(adapter.dispatch('files_md5')(patterns)) }}{% endmacro %}

{% macro duckdb__files_md5(patterns) %}
    {%- set folder = package_path('') -%}
    {%- set digest -%}
        select md5(string_agg(replace(filename, {{ sql_text(folder) }}, '') || md5(content), ';' order by filename))
        from read_text([
            {%- for pattern in patterns %}{{ sql_text(folder ~ pattern) }}{{ ', ' if not loop.last }}{% endfor -%}
        ])
    {%- endset -%}
    {{ return(run_query(digest).rows[0][0]) }}
{% endmacro %}

{% macro spark__files_md5(patterns) %}{{ return(adapter.md5_of_files(package_path(''), patterns)) }}{% endmacro %}
