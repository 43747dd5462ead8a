{#- Whether a source is measured at a depth: `assembled` no deeper than its lists are long, all others at every k. -#}
{% macro is_measured(source, k) %}({{ source }} <> 'assembled' or {{ k }} <= {{ longest_list() }}){% endmacro %}
