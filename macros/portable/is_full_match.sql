{#- Condition that a pattern matches a whole text. The pattern must not have backslashes, because engines parse them
    differently. -#}
{% macro is_full_match(text, pattern) %}{{ return(adapter.dispatch('is_full_match')(text, pattern)) }}{% endmacro %}

{% macro duckdb__is_full_match(text, pattern) %}regexp_full_match({{ text }}, '{{ pattern }}'){% endmacro %}

{% macro spark__is_full_match(text, pattern) %}({{ text }} rlike '\\A(?:{{ pattern }})\\z'){% endmacro %}
