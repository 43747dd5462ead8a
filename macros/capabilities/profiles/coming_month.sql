{#- Month (1-12) of the middle of a cutoff's horizon: the season in which current recommendations are bought. -#}
{% macro coming_month(cutoff_at) -%}
    extract(month from {{ cutoff_at }} + interval '{{ var("horizon_days") | int // 2 }}' day)
{%- endmacro %}
