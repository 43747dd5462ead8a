{#- A text with every match of a pattern replaced. The pattern must not have backslashes, because engines parse them
    differently. -#}
{% macro regexp_replace_all(text, pattern, replacement) %}{{ return(adapter.dispatch('regexp_replace_all')(text, pattern, replacement)) }}{% endmacro %}

{% macro duckdb__regexp_replace_all(text, pattern, replacement) %}regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g'){% endmacro %}

{#- Java has other names for the classes of POSIX. -#}
{% macro spark__regexp_replace_all(text, pattern, replacement) -%}
    {%- set java = pattern | replace('[:space:]', '\\\\p{Space}') | replace('[:punct:]', '\\\\p{Punct}') -%}
    regexp_replace({{ text }}, '{{ java }}', '{{ replacement }}')
{%- endmacro %}
