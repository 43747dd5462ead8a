{#- The form in which words of a short list are looked up: lower case, with hyphens in place of blanks and underscores. -#}
{% macro plain_word(text) %}replace(replace(lower(trim({{ text }})), '_', '-'), ' ', '-'){% endmacro %}
