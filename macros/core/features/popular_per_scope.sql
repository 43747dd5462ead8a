{#- Products that are kept per cell of a context as what is popular there, and published in popular_products. -#}
{% macro popular_per_scope() %}{{ return(50) }}{% endmacro %}
