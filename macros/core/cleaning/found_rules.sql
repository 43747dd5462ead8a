{#- Names of all rules that apply to a row, each followed by a semicolon; NULL if no rule applies. The column is_<rule> states
    whether a rule applies. The columns in `named` already contain the name of a rule, or NULL. -#}
{% macro found_rules(rules, named=[]) -%}
    nullif(concat_ws('', ''
    {%- for rule in rules %},
        case when is_{{ rule }} then '{{ rule }};' end
    {%- endfor %}
    {%- for column in named %},
        {{ column }} || ';'
    {%- endfor %}
    ), '')
{%- endmacro %}
