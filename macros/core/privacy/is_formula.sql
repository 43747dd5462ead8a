{#- Whether a spreadsheet takes a text for a formula, by its first character. -#}
{% macro is_formula(text) %}left({{ text }}, 1) in ('=', '+', '-', '@', '＝', '＋', '－', '＠', chr(9), chr(13)){% endmacro %}
