{#- A text without control characters, which terminals execute and spreadsheets cannot read, and without marks that change the
    text direction: tabs and line ends become spaces, the others are removed. -#}
{% macro without_control_characters(text) %}{{ return(adapter.dispatch('without_control_characters')(text)) }}{% endmacro %}

{% macro duckdb__without_control_characters(text) -%}
    regexp_replace(
        regexp_replace({{ text }}, '[\x{09}-\x{0D}\x{85}\x{2028}\x{2029}]', ' ', 'g'),
        '[\x{00}-\x{1F}\x{7F}-\x{9F}\x{202A}-\x{202E}\x{2066}-\x{2069}]', '', 'g'
    )
{%- endmacro %}

{% macro spark__without_control_characters(text) -%}
    regexp_replace(
        regexp_replace({{ text }}, '[\u0009-\u000d\u0085\u2028\u2029]', ' '),
        '[\u0001-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]', ''
    )
{%- endmacro %}
