{#- Select-list of the rules for a time that a row must have: is_unreadable_time, is_implausible_time and is_missing_time. -#}
{% macro time_rules(relation, column) %}
        {{ is_noted(relation ~ '.unreadable_values', column) }} as is_unreadable_time,
        {{ is_noted(relation ~ '.implausible_values', column) }} as is_implausible_time,
        {{ relation }}.{{ column }} is null
        and not {{ is_noted(relation ~ '.unreadable_values', column) }}
        and not {{ is_noted(relation ~ '.implausible_values', column) }} as is_missing_time
{%- endmacro %}
