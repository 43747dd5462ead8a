{#- Rejects an approximate search if the engine has no such index. -#}
{% macro check_vector_index() %}{%- if execute -%}{%- do adapter.dispatch('check_vector_index')() -%}{%- endif -%}{% endmacro %}

{% macro duckdb__check_vector_index() %}
    {%- set found = run_query("select count(*) as loaded from duckdb_extensions() where extension_name = 'vss' and loaded") -%}
    {%- if found.rows[0][0] == 0 -%}
        {{ exceptions.raise_compiler_error("The index hnsw needs DuckDB's extension vss, and vss is not loaded. Run "
            ~ "`install vss` in DuckDB with access to its extensions and add vss to `extensions:` in profiles.yml, or "
            ~ "use the index exact.") }}
    {%- endif -%}
{% endmacro %}

{% macro spark__check_vector_index() %}
    {{ exceptions.raise_compiler_error("Only DuckDB has the index hnsw. Use the index exact.") }}
{% endmacro %}
