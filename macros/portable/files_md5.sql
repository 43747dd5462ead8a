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

{% macro spark__files_md5(patterns) %}
    {%- set digests = [] -%}
    {%- for pattern in patterns -%}
        {%- set digest -%}
            select md5(concat_ws(';', sort_array(collect_list(md5(content))))) from binaryFile.`{{ package_path(pattern) }}`
        {%- endset -%}
        {%- do digests.append(run_query(digest).rows[0][0]) -%}
    {%- endfor -%}
    {{ return(local_md5(digests | join(';'))) }}
{% endmacro %}
