{#- Writes the whole database anew, so that nothing of deleted rows and replaced tables is left on disk. DuckDB keeps their bytes in free
    blocks, in indexes, and in stale statistics, of which overwriting reaches only the first. The new file takes the place of the old one,
    which this run still has open: what it writes afterwards is lost, so nothing may come after it. Spark's files are deleted by its
    table format. -#}
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
