{#- A text without outer blanks and with single blanks between words. -#}
{% macro single_blanks(text) %}trim({{ regexp_replace_all(text, "[[:space:]]+", " ") }}){% endmacro %}
