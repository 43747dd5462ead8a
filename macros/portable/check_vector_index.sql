{#- Refuses a var vector_index that can't be had: an unknown one, or an approximate one where the engine doesn't have it. -#}
{% macro check_vector_index() %}
    {%- set chosen = var('vector_index') -%}
    {%- if chosen not in ['exact', 'hnsw'] -%}
        {{ exceptions.raise_compiler_error("Var vector_index is '" ~ chosen ~ "'. Accepted: exact, hnsw.") }}
    {%- endif -%}
    {%- if execute and chosen == 'hnsw' -%}
        {%- do adapter.dispatch('check_vector_index')() -%}
    {%- endif -%}
{% endmacro %}

{% macro duckdb__check_vector_index() %}
    {%- set found = run_query("select count(*) as loaded from duckdb_extensions() where extension_name = 'vss' and loaded") -%}
    {%- if found.rows[0][0] == 0 -%}
        {{ exceptions.raise_compiler_error("Var vector_index is 'hnsw', which needs DuckDB's extension vss, and vss is not loaded. Run "
            ~ "`install vss` in DuckDB where it can reach its extensions and name vss under `extensions:` in profiles.yml, or set "
            ~ "vector_index to exact.") }}
    {%- endif -%}
{% endmacro %}

{% macro spark__check_vector_index() %}
    {{ exceptions.raise_compiler_error("Var vector_index is 'hnsw', which only DuckDB has. Set it to exact.") }}
{% endmacro %}
