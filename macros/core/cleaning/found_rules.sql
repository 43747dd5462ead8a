{#- Names of all rules that apply to a row, each followed by a semicolon; NULL where none does. `rules` maps each rule to its
    condition; `named` are columns that already hold the name of a rule, or NULL. -#}
{% macro found_rules(rules, named=[]) -%}
    nullif(concat_ws('', ''
    {%- for rule, condition in rules.items() %},
        case when {{ condition }} then '{{ rule }};' end
    {%- endfor %}
    {%- for column in named %},
        {{ column }} || ';'
    {%- endfor %}
    ), '')
{%- endmacro %}
