{#- 64-bit integer that differs if any of some columns differs, NULLs included. It is the same on every thread count, but not on
    every engine and version: use it only to compare values that one engine wrote. -#}
{% macro row_hash(columns) %}{{ return(adapter.dispatch('row_hash')(columns)) }}{% endmacro %}

{% macro duckdb__row_hash(columns) %}cast(hash({{ columns | join(', ') }}) as decimal(38, 0)){% endmacro %}

{% macro spark__row_hash(columns) %}
    cast(xxhash64({% for column in columns %}{{ column }}, {{ column }} is null{{ ', ' if not loop.last }}{% endfor %}) as decimal(38, 0))
{% endmacro %}
