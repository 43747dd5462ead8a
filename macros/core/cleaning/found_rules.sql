{#- Names of all rules that apply to a row, each followed by a semicolon; NULL where none does. A column is_<rule> says whether a rule
    applies; `named` are columns that already hold the name of a rule, or NULL. -#}
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
