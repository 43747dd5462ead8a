{#- Name of the first rule that applies to a row, NULL where none does: `rules` maps each rule to its condition, in order. -#}
{% macro first_rule(rules) -%}
    case
    {%- for rule, condition in rules.items() %}
        when {{ condition }} then '{{ rule }}'
    {%- endfor %}
    end
{%- endmacro %}
