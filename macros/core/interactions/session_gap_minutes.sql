{#- Pause, in minutes, that ends a session where events carry no session_id: the convention of web analytics. -#}
{% macro session_gap_minutes() %}{{ return(30) }}{% endmacro %}
