{#- Number in [0, 1) derived from the md5 of a text: the same on every engine, version and thread count. -#}
{% macro hash_uniform(text) %}{{ return(adapter.dispatch('hash_uniform')(text)) }}{% endmacro %}

{% macro duckdb__hash_uniform(text) %}(cast('0x' || left(md5({{ text }}), 13) as bigint) / 4503599627370496.0){% endmacro %}

{% macro spark__hash_uniform(text) %}(cast(conv(left(md5({{ text }}), 13), 16, 10) as double) / 4503599627370496){% endmacro %}
