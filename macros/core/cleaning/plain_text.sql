{#- A short text as a label: lower case, without outer blanks, `unknown` if missing. -#}
{% macro plain_text(text) %}coalesce(nullif(lower(trim({{ text }})), ''), 'unknown'){% endmacro %}
