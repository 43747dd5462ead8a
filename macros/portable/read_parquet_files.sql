{#- Relation of the rows of all Parquet files of a glob; files are matched by column name. -#}
{% macro read_parquet_files(pattern) %}{{ return(adapter.dispatch('read_parquet_files')(pattern)) }}{% endmacro %}

{% macro duckdb__read_parquet_files(pattern) %}{{ return('read_parquet(' ~ pattern ~ ', union_by_name = true)') }}{% endmacro %}

{% macro spark__read_parquet_files(pattern) %}
    {{ return(temporary_view('parquet', {'path': pattern[1:-1] | replace("''", "'"), 'mergeSchema': 'true'})) }}
{% endmacro %}
