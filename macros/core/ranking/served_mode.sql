{#- The list mode that is published, by the var repeat_policy: 'discovery' where no repeat may be recommended, 'all' where repeats may,
    or those that are due (assembly then withholds the others). -#}
{% macro served_mode() %}
    {%- set modes = {'always': 'all', 'replenishable': 'all', 'never': 'discovery'} -%}
    {%- if var('repeat_policy') not in modes -%}
        {{ exceptions.raise_compiler_error(
            "Var repeat_policy is '" ~ var('repeat_policy') ~ "'. Accepted: always, replenishable, never."
        ) }}
    {%- endif -%}
    {{ return(modes[var('repeat_policy')]) }}
{% endmacro %}
