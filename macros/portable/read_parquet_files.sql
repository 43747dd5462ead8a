{#- Relation of the rows of all Parquet files of a mapping; files are matched by column name. -#}
{% macro read_parquet_files(mapping) %}{{ return(adapter.dispatch('read_parquet_files')(mapping)) }}{% endmacro %}

{% macro duckdb__read_parquet_files(mapping) %}{{ return('read_parquet(' ~ raw_file_pattern(mapping) ~ ', union_by_name = true)') }}{% endmacro %}

{% macro spark__read_parquet_files(mapping) %}
    {{ return(temporary_view('parquet', {'path': raw_file_glob(mapping), 'mergeSchema': 'true'})) }}
{% endmacro %}
