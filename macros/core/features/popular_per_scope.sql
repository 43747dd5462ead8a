{#- Number of popular products kept per cell of a context and published in popular_products. -#}
{% macro popular_per_scope() %}{{ return(50) }}{% endmacro %}
