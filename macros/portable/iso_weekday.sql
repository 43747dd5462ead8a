{#- Day of the week of a date or timestamp, 1 = Monday to 7 = Sunday. -#}
{% macro iso_weekday(moment) %}{{ return(adapter.dispatch('iso_weekday')(moment)) }}{% endmacro %}

{% macro duckdb__iso_weekday(moment) %}extract(isodow from {{ moment }}){% endmacro %}

{% macro spark__iso_weekday(moment) %}extract(dayofweek_iso from {{ moment }}){% endmacro %}
