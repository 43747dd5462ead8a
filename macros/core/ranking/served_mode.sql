{#- Mode of the published lists, by the var repeat_policy: 'discovery' if no repeat may be recommended, 'all' if repeats or due
    repeats may (the assembly then withholds the others). -#}
{% macro served_mode() %}{{ return('discovery' if var('repeat_policy') == 'never' else 'all') }}{% endmacro %}
