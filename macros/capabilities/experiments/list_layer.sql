{#- Layer of the experiments whose variants may have settings of lists. One layer, so that a list has one variant. -#}
{% macro list_layer() %}{{ return('lists') }}{% endmacro %}
