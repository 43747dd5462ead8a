{#- Whether a source is evaluated at a depth: `assembled` down to the length of its lists, all others at every k. -#}
{% macro is_measured(source, k) %}({{ source }} <> 'assembled' or {{ k }} <= {{ longest_list() }}){% endmacro %}
