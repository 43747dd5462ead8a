{#- Number of days from one date to another, negative if the second date is earlier. -#}
{% macro days_between(first, last) %}{{ return(adapter.dispatch('days_between')(first, last)) }}{% endmacro %}

{% macro duckdb__days_between(first, last) %}date_diff('day', {{ first }}, {{ last }}){% endmacro %}

{% macro spark__days_between(first, last) %}datediff({{ last }}, {{ first }}){% endmacro %}
