{#- The kind of each file of a mapping, as {file: kind}, in the order of the names. The first bytes decide
    (warehouse_operations/raw_files.py). For an in-memory database the file extension decides instead: it has no Python functions,
    and lint only compiles there. -#}
{% macro file_kinds(mapping) %}{{ return(adapter.dispatch('file_kinds')(mapping)) }}{% endmacro %}

{% macro duckdb__file_kinds(mapping) %}
    {%- set by_ending = "case when lower(file) like '%.parquet' then 'parquet' else 'text' end" -%}
    {%- set kind = by_ending if target.path == ':memory:' else 'file_kind(file)' -%}
    {%- set kinds = {} -%}
    {%- for row in run_query('select file, ' ~ kind ~ ' from glob(' ~ raw_file_pattern(mapping) ~ ') order by file').rows -%}
        {%- do kinds.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(kinds) }}
{% endmacro %}

{#- For files that only the cluster reaches, the file extension decides. -#}
{% macro spark__file_kinds(mapping) %}
    {%- set pattern = raw_file_glob(mapping) -%}
    {%- set kinds = adapter.kinds_of_files(pattern) -%}
    {%- if kinds is not none -%}{{ return(kinds) }}{%- endif -%}
    {%- set kinds = {} -%}
    {%- set listing = 'select path from binaryFile.`' ~ pattern ~ '` order by path' -%}
    {%- for row in (run_query(listing).rows if not query_error(listing) else []) -%}
        {%- set endings = {'parquet': 'parquet', 'gz': 'gzip', 'zst': 'zstd'} -%}
        {%- do kinds.update({row[0]: endings.get(row[0].split('.') | last | lower, 'text')}) -%}
    {%- endfor -%}
    {{ return(kinds) }}
{% endmacro %}
