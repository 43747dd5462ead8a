{#- The normalised form of a word for lookups in a word list: lower case, with hyphens instead of blanks and underscores. -#}
{% macro plain_word(text) %}replace(replace(lower(trim({{ text }})), '_', '-'), ' ', '-'){% endmacro %}
