{#- The dimensions that context_counts derives from an interaction and that context_crosses may name, in their order within a
    cell. -#}
{% macro context_dimensions() %}
    {{ return(['country', 'device', 'daypart', 'day_type', 'month', 'session_position']) }}
{% endmacro %}
