{#- Products to find, at most RANKING_K of a list, that are enough where more lists are needed for them. -#}
{% macro tuning_labels() %}{{ return(12000) }}{% endmacro %}
