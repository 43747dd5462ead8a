{#- The select-list of the rules for a required time: is_unreadable_time, is_implausible_time and is_missing_time. -#}
{% macro time_rules(column, relation=none) %}
        {%- set from = relation ~ '.' if relation else '' %}
        {{ is_noted(from ~ 'unreadable_values', column) }} as is_unreadable_time,
        {{ is_noted(from ~ 'implausible_values', column) }} as is_implausible_time,
        {{ from }}{{ column }} is null
        and not {{ is_noted(from ~ 'unreadable_values', column) }}
        and not {{ is_noted(from ~ 'implausible_values', column) }} as is_missing_time
{%- endmacro %}
