{#- The rule that explains why a delivered value is NULL: unreadable_value, implausible_value, or NULL if neither applies. -#}
{% macro value_rule(column) -%}
    case
        when {{ is_noted('unreadable_values', column) }} then 'unreadable_value'
        when {{ is_noted('implausible_values', column) }} then 'implausible_value'
    end
{%- endmacro %}
