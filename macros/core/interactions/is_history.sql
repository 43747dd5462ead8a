{#- The condition under which a cutoff sees a row: it happened before the cutoff and was not undone before it. Who undoes it later
    is the future. -#}
{% macro is_history(facts, cutoffs) -%}
    {{ facts }}.occurred_at < {{ cutoffs }}.cutoff_at
    and ({{ facts }}.undone_at is null or {{ facts }}.undone_at >= {{ cutoffs }}.cutoff_at)
{%- endmacro %}
