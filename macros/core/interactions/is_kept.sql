{#- SQL condition that a purchase before a cutoff still counted at the cutoff: neither returned nor reversed by then. -#}
{% macro is_kept(purchases, cutoffs) -%}
    not {{ purchases }}.is_returned
    and ({{ purchases }}.reversed_at is null or {{ purchases }}.reversed_at >= {{ cutoffs }}.cutoff_at)
{%- endmacro %}
