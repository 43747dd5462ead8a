{#- Names of the files of a mapping that have no bytes. -#}
{% macro empty_files(mapping) %}{{ return(adapter.dispatch('empty_files')(mapping)) }}{% endmacro %}

{% macro duckdb__empty_files(mapping) %}
    {{ return(run_query('select filename from read_blob(' ~ raw_file_pattern(mapping) ~ ') where size = 0 order by filename').columns[0].values() | list) }}
{% endmacro %}

{% macro spark__empty_files(mapping) %}
    {{ return(run_query('select path from binaryFile.`' ~ raw_file_glob(mapping) ~ '` where length = 0 order by path').columns[0].values() | list) }}
{% endmacro %}
