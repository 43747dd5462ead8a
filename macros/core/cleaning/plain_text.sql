{#- A short text as a label: lower case, no blanks at its ends, `unknown` where it is missing. -#}
{% macro plain_text(text) %}coalesce(nullif(lower(trim({{ text }})), ''), 'unknown'){% endmacro %}
