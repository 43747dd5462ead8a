{#- Number of labels, at most RANKING_K per list, that ends the sample of tuning lists if more than tuning_lists are needed. -#}
{% macro tuning_labels() %}{{ return(12000) }}{% endmacro %}
