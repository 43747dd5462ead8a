{#- Names of the files of a glob that have no bytes. -#}
{% macro empty_files(pattern) %}{{ return(adapter.dispatch('empty_files')(pattern)) }}{% endmacro %}

{% macro duckdb__empty_files(pattern) %}
    {{ return(run_query('select filename from read_blob(' ~ pattern ~ ') where size = 0 order by filename').columns[0].values() | list) }}
{% endmacro %}

{% macro spark__empty_files(pattern) %}
    {%- set path = pattern[1:-1] | replace("''", "'") -%}
    {{ return(run_query('select path from binaryFile.`' ~ path ~ '` where length = 0 order by path').columns[0].values() | list) }}
{% endmacro %}
