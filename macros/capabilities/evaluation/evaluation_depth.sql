{#- Depth that lists need for evaluation: the largest k, in products. -#}
{% macro evaluation_depth() %}{{ return(evaluation_ks() | max) }}{% endmacro %}
