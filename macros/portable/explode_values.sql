{#- Values of a text that lists several, separated by comma, semicolon or bar, as rows: an expression for a select list. -#}
{% macro explode_values(text) %}{{ return(adapter.dispatch('explode_values')(text)) }}{% endmacro %}

{% macro duckdb__explode_values(text) %}unnest(regexp_split_to_array({{ text }}, '[|,;]')){% endmacro %}

{% macro spark__explode_values(text) %}explode(split({{ text }}, '[|,;]')){% endmacro %}
