{#- Lists of tune per mode with a history, and without, that are learnt from in any case. -#}
{% macro tuning_lists() %}{{ return(2000) }}{% endmacro %}
