{#- Whether a time is within the last `periods` trend periods (of 90 days each, about a season) before a cutoff. -#}
{% macro is_recent(moment, cutoff_at, periods) -%}
    {%- set period_days = 90 -%}
    {{ moment }} >= {{ cutoff_at }} - interval '{{ periods * period_days }}' day
{%- endmacro %}
