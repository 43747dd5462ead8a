{#- Whether a text is a whole number that passed through a float and got an exponent: 1.2e+16, and 1.2E16, which Spark writes for
    a float. -#}
{% macro has_float_exponent(text) %}{{ return(adapter.dispatch('has_float_exponent')(text)) }}{% endmacro %}

{% macro duckdb__has_float_exponent(text) -%}
    {{ text }} like '%e+%' and {{ is_full_match(text, '[0-9]([.][0-9]+)?e[+][0-9]+') }}
{%- endmacro %}

{% macro spark__has_float_exponent(text) %}{{ is_full_match(text, '([0-9]([.][0-9]+)?e[+]|[0-9][.][0-9]+E)[0-9]+') }}{% endmacro %}
