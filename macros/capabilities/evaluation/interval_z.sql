{#- Half-width, in standard errors, of a normal interval at the var evaluation_confidence_level. -#}
{% macro interval_z() %}{{ return(interval_errors()[var('evaluation_confidence_level')]) }}{% endmacro %}
