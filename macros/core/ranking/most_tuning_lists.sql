{#- Lists of tune per mode with a history, and without: more of them change weights and ranker little and cost time in proportion. -#}
{% macro most_tuning_lists() %}{{ return(2000) }}{% endmacro %}
