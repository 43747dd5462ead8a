{#- The rule by which a column is NULL although it was delivered: unreadable_value, implausible_value, or NULL. -#}
{% macro value_rule(column) -%}
    case
        when {{ is_noted('unreadable_values', column) }} then 'unreadable_value'
        when {{ is_noted('implausible_values', column) }} then 'implausible_value'
    end
{%- endmacro %}
