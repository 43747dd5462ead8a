{#- Texts of a group in alphabetical order, separated by comma and space: an aggregate. -#}
{% macro string_list(text) %}{{ return(adapter.dispatch('string_list')(text)) }}{% endmacro %}

{% macro duckdb__string_list(text) %}array_to_string(list_sort(array_agg({{ text }})), ', '){% endmacro %}

{% macro spark__string_list(text) %}array_join(sort_array(collect_list({{ text }})), ', '){% endmacro %}
