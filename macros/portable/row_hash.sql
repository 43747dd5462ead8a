{#- A whole number of 64 bits that differs where any of some columns does, NULL or not. The same on every thread count, not
    on every engine and version: for comparing what one engine wrote. -#}
{% macro row_hash(columns) %}{{ return(adapter.dispatch('row_hash')(columns)) }}{% endmacro %}

{% macro duckdb__row_hash(columns) %}cast(hash({{ columns | join(', ') }}) as decimal(38, 0)){% endmacro %}

{% macro spark__row_hash(columns) %}
    cast(xxhash64({% for column in columns %}{{ column }}, {{ column }} is null{{ ', ' if not loop.last }}{% endfor %}) as decimal(38, 0))
{% endmacro %}
