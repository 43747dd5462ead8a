{#- What the files of a mapping are by their first bytes, as {file: kind}, in the order of the names; see warehouse_operations/raw_files.py. -#}
{% macro file_kinds(mapping) %}
    {%- set kinds = {} -%}
    {%- for file, kind in run_query('select file, file_kind(file) from glob(' ~ raw_file_pattern(mapping) ~ ') order by file').rows -%}
        {%- do kinds.update({file: kind}) -%}
    {%- endfor -%}
    {{ return(kinds) }}
{% endmacro %}
