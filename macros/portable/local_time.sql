{#- Local time in a time zone at a UTC timestamp. -#}
{% macro local_time(moment, time_zone) %}{{ return(adapter.dispatch('local_time')(moment, time_zone)) }}{% endmacro %}

{% macro duckdb__local_time(moment, time_zone) %}timezone({{ time_zone }}, timezone('UTC', {{ moment }})){% endmacro %}

{% macro spark__local_time(moment, time_zone) %}from_utc_timestamp({{ moment }}, {{ time_zone }}){% endmacro %}
