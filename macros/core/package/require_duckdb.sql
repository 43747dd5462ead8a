{#- Rejects a command on any engine but DuckDB. -#}
{% macro require_duckdb(command) %}
    {%- if adapter.type() != 'duckdb' -%}
        {{ exceptions.raise_compiler_error(command ~ ' runs on DuckDB only, and the target ' ~ target.name ~ ' is of type ' ~ target.type
            ~ '. docs/distributed.md lists what runs on Spark.') }}
    {%- endif -%}
{% endmacro %}
