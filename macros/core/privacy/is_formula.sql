{#- Whether a spreadsheet would evaluate a text as a formula, by its first character. -#}
{% macro is_formula(text) %}left({{ text }}, 1) in ('=', '+', '-', '@', '＝', '＋', '－', '＠', chr(9), chr(13)){% endmacro %}
