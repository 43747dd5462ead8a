{#- Rewrites the whole database, so that nothing of deleted rows and replaced tables remains on disk. DuckDB keeps their bytes in
    free blocks, in indexes and in stale statistics; overwriting reaches only the free blocks. The new file replaces the old one,
    which this run still has open. Anything this run writes afterwards is lost, so this must be its last step. On Spark, the table
    format deletes the files. -#}
{% macro rewrite_database() %}{{ return(adapter.dispatch('rewrite_database')()) }}{% endmacro %}

{% macro duckdb__rewrite_database() %}
    {%- if target.path == ':memory:' -%}{{ return('') }}{%- endif -%}
    {%- set rewritten = target.path ~ '.rewritten' -%}
    {%- do run_query('select remove_file(' ~ sql_text(rewritten) ~ ')') -%}
    {%- set name = run_query('select current_database()').rows[0][0] -%}
    {%- do run_query('attach ' ~ sql_text(rewritten) ~ ' as rewritten') -%}
    {%- do run_query('copy from database ' ~ adapter.quote(name) ~ ' to rewritten') -%}
    {%- do run_query('detach rewritten') -%}
    {%- do run_query('checkpoint') -%}
    {%- do run_query('select replace_file(' ~ sql_text(rewritten) ~ ', ' ~ sql_text(target.path) ~ ')') -%}
{% endmacro %}

{% macro spark__rewrite_database() %}{% endmacro %}
