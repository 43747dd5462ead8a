{#- Whether a pattern matches a text from end to end. No backslashes in the pattern: engines read them differently. -#}
{% macro is_full_match(text, pattern) %}{{ return(adapter.dispatch('is_full_match')(text, pattern)) }}{% endmacro %}

{% macro duckdb__is_full_match(text, pattern) %}regexp_full_match({{ text }}, '{{ pattern }}'){% endmacro %}

{% macro spark__is_full_match(text, pattern) %}({{ text }} rlike '^(?:{{ pattern }})$'){% endmacro %}
