{#- Words of a text as rows: an expression for a select list. Words are runs of letters and digits of any script, in lower
    case. -#}
{% macro explode_tokens(text) %}{{ return(adapter.dispatch('explode_tokens')(text)) }}{% endmacro %}

{% macro duckdb__explode_tokens(text) -%}
    unnest(regexp_extract_all(lower({{ text }}), '[\p{L}\p{N}]+'))
{%- endmacro %}

{% macro spark__explode_tokens(text) -%}
    explode(regexp_extract_all(lower({{ text }}), '[\\p{L}\\p{N}]+', 0))
{%- endmacro %}
