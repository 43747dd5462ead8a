{#- A text as an SQL literal. In literals of Spark, a backslash begins an escape sequence, and two quotes are no quote. -#}
{% macro text_literal(text) %}{{ return(adapter.dispatch('text_literal')(text | string)) }}{% endmacro %}

{% macro duckdb__text_literal(text) %}{{ return("'" ~ text | replace("'", "''") ~ "'") }}{% endmacro %}

{% macro spark__text_literal(text) %}{{ return("'" ~ text | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}{% endmacro %}
