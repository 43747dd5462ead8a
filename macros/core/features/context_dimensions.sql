{#- What contexts are made of: the columns of situation_counts that context_crosses may name, in the order in which they stand in a
    cell. -#}
{% macro context_dimensions() %}
    {{ return(['country', 'device', 'daypart', 'day_type', 'month', 'session_position']) }}
{% endmacro %}
