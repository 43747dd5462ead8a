{#- Whether a moment lies within the last `periods` trend periods (of trend_days each) before a cutoff. -#}
{% macro is_recent(moment, cutoff_at, periods) -%}
    {{ moment }} >= {{ cutoff_at }} - interval '{{ periods * var("trend_days") }}' day
{%- endmacro %}
