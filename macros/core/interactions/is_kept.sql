{#- The condition under which a purchase stood at a cutoff it came before: neither returned nor undone by then. -#}
{% macro is_kept(purchases, cutoffs) -%}
    not {{ purchases }}.is_returned and ({{ purchases }}.undone_at is null or {{ purchases }}.undone_at >= {{ cutoffs }}.cutoff_at)
{%- endmacro %}
