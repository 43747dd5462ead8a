{#- The list mode that is published, by the var repeat_policy: 'discovery' where no repeat may be recommended, 'all' where repeats may,
    or those that are due (assembly then withholds the others). -#}
{% macro served_mode() %}{{ return('discovery' if var('repeat_policy') == 'never' else 'all') }}{% endmacro %}
