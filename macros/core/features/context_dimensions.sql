{#- The dimensions that context_counts finds in an interaction and context_crosses may name, in the order in which they stand in a
    cell. -#}
{% macro context_dimensions() %}
    {{ return(['country', 'device', 'daypart', 'day_type', 'month', 'session_position']) }}
{% endmacro %}
