{#- Overwrites what the engine has freed but left on disk. DuckDB keeps the bytes of deleted rows and replaced tables in free blocks of its
    file; a table as large as all of them, of random numbers that don't compress, takes their place and is dropped. What was dropped in
    one checkpoint is free in the next, so there is one before. An index keeps the keys of deleted rows too: `tables`, from which rows
    were deleted, are written anew first. Spark's files are deleted by its table format. -#}
{% macro overwrite_freed_blocks(tables) %}{{ return(adapter.dispatch('overwrite_freed_blocks')(tables)) }}{% endmacro %}

{% macro duckdb__overwrite_freed_blocks(tables) %}
    {%- if target.path == ':memory:' -%}{{ return('') }}{%- endif -%}
    {%- for table in tables -%}
        {%- set found = run_query("select sql from duckdb_tables() where schema_name = '" ~ table.schema ~ "' and table_name = '"
            ~ table.identifier ~ "' and database_name = current_database() and has_primary_key") -%}
        {%- for row in found.rows -%}
            {%- set kept = table.incorporate(path={'identifier': table.identifier ~ '__rewritten'}) -%}
            {%- do run_query('alter table ' ~ table ~ ' rename to ' ~ kept.identifier) -%}
            {%- do run_query(row[0]) -%}
            {%- do run_query('insert into ' ~ table ~ ' select * from ' ~ kept) -%}
            {%- do run_query('drop table ' ~ kept) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do run_query('create or replace table main.overwritten as select 1 as number') -%}
    {%- do run_query('checkpoint') -%}
    {%- do run_query('drop table main.overwritten') -%}
    {%- do run_query('checkpoint') -%}
    {%- set sizes = run_query('select free_blocks, block_size from pragma_database_size() where database_name = current_database()') -%}
    {%- set number_count = ((sizes.rows[0][0] | int + 2) * (sizes.rows[0][1] | int) * 1.05 / 8) | round | int -%}
    {%- do run_query('create table main.overwritten as select cast(random() * 9e18 as bigint) as number from range('
        ~ number_count ~ ')') -%}
    {%- do run_query('checkpoint') -%}
    {%- do run_query('drop table main.overwritten') -%}
    {%- do run_query('checkpoint') -%}
{% endmacro %}

{% macro spark__overwrite_freed_blocks(tables) %}{% endmacro %}
