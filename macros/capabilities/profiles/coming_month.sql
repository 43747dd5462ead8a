{#- Month (1-12) in which the middle of a cutoff's horizon lies: the season in which what is recommended now is bought. -#}
{% macro coming_month(cutoff_at) -%}
    extract(month from {{ cutoff_at }} + interval '{{ var("horizon_days") | int // 2 }}' day)
{%- endmacro %}
