{#- How deep lists must reach to be evaluated: the largest k, in products. -#}
{% macro evaluation_depth() %}{{ return(evaluation_ks() | max) }}{% endmacro %}
