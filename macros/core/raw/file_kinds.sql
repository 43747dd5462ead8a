{#- What the files of a mapping are, as {file: kind}, in the order of the names: by their first bytes (warehouse_operations/raw_files.py), or by
    their endings in a database in memory, which has no functions of Python and in which lint only compiles. -#}
{% macro file_kinds(mapping) %}
    {%- set by_ending = "case when lower(file) like '%.parquet' then 'parquet' else 'text' end" -%}
    {%- set kind = by_ending if target.path == ':memory:' else 'file_kind(file)' -%}
    {%- set kinds = {} -%}
    {%- for row in run_query('select file, ' ~ kind ~ ' from glob(' ~ raw_file_pattern(mapping) ~ ') order by file').rows -%}
        {%- do kinds.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(kinds) }}
{% endmacro %}
