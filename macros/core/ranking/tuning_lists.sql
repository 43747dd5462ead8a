{#- Number of tuning lists per cutoff and mode, with a history and without, that are always used for learning. -#}
{% macro tuning_lists() %}{{ return(2000) }}{% endmacro %}
