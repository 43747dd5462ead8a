{#- Seconds from 1970-01-01 00:00 UTC to a timestamp, as a double. -#}
{% macro epoch_seconds(timestamp) %}{{ return(adapter.dispatch('epoch_seconds')(timestamp)) }}{% endmacro %}

{% macro duckdb__epoch_seconds(timestamp) %}epoch({{ timestamp }}){% endmacro %}

{% macro spark__epoch_seconds(timestamp) %}(unix_micros({{ timestamp }}) / 1000000){% endmacro %}
