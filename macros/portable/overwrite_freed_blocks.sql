{#- Overwrites what the engine has freed but left on disk. DuckDB keeps the bytes of deleted rows and replaced tables in free blocks of its
    file; a table as large as all of them, of random numbers that don't compress, takes their place and is dropped. Spark's files are
    deleted by its table format. -#}
{% macro overwrite_freed_blocks() %}{{ return(adapter.dispatch('overwrite_freed_blocks')()) }}{% endmacro %}

{% macro duckdb__overwrite_freed_blocks() %}
    {%- if target.path == ':memory:' -%}{{ return('') }}{%- endif -%}
    {%- do run_query('checkpoint') -%}
    {%- set sizes = run_query('select free_blocks, block_size from pragma_database_size() where database_name = current_database()') -%}
    {%- set number_count = ((sizes.rows[0][0] | int + 2) * (sizes.rows[0][1] | int) * 1.05 / 8) | round | int -%}
    {%- do run_query('create or replace table main.overwritten as select cast(random() * 9e18 as bigint) as number from range('
        ~ number_count ~ ')') -%}
    {%- do run_query('checkpoint') -%}
    {%- do run_query('drop table main.overwritten') -%}
    {%- do run_query('checkpoint') -%}
{% endmacro %}

{% macro spark__overwrite_freed_blocks() %}{% endmacro %}
