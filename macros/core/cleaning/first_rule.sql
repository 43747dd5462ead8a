{#- Name of the first of some rules that applies to a row, NULL where none does. A column is_<rule> says whether a rule applies. -#}
{% macro first_rule(rules) -%}
    case
    {%- for rule in rules %}
        when is_{{ rule }} then '{{ rule }}'
    {%- endfor %}
    end
{%- endmacro %}
