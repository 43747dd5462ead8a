{#- Share (0..1) of the history's category mix that is mixed into the list's, so that the divergence stays finite for a category
    that the list lacks: Steck, RecSys 2018. -#}
{% macro calibration_alpha() %}{{ return(0.01) }}{% endmacro %}
