{#- Share (0..1) of the customer's own mix that is blended into the list's, so that no category counts without end: Steck, RecSys 2018. -#}
{% macro calibration_alpha() %}{{ return(0.01) }}{% endmacro %}
