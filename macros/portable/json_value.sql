{#- Value of a name of a JSON object in text form, as a text without quotes; NULL if the object lacks the name. -#}
{% macro json_value(text, name) %}{{ return(adapter.dispatch('json_value')(text, name)) }}{% endmacro %}

{% macro duckdb__json_value(text, name) %}json_extract_string({{ text }}, '$.{{ name }}'){% endmacro %}

{% macro spark__json_value(text, name) %}get_json_object({{ text }}, '$.{{ name }}'){% endmacro %}
