{#- A text without blanks at its ends and with single ones inside. -#}
{% macro single_blanks(text) %}trim({{ regexp_replace_all(text, "[[:space:]]+", " ") }}){% endmacro %}
