{#- Name of the first rule that applies to a row; NULL if no rule applies. The column is_<rule> states whether a rule applies. -#}
{% macro first_rule(rules) -%}
    case
    {%- for rule in rules %}
        when is_{{ rule }} then '{{ rule }}'
    {%- endfor %}
    end
{%- endmacro %}
