{#- What a list counts of its products to find. -#}
{% macro counted_labels(count) %}{{ return('least(' ~ count ~ ', 10)') }}{% endmacro %}
