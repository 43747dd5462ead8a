{#- A text as an SQL literal. -#}
{% macro sql_text(text) %}{{ return(text_literal(text)) }}{% endmacro %}
