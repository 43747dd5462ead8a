{#- SQL condition that a row is history at a cutoff: it occurred before the cutoff and was not reversed before it. A reversal
    after the cutoff is in the future, so it must not leak into the cutoff. -#}
{% macro is_history(facts, cutoffs) -%}
    {{ facts }}.occurred_at < {{ cutoffs }}.cutoff_at
    and ({{ facts }}.reversed_at is null or {{ facts }}.reversed_at >= {{ cutoffs }}.cutoff_at)
{%- endmacro %}
