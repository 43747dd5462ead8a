{#- An amount beyond its bound, compressed: the bound times (1 + ln of how many times the bound it is), so that order is kept. -#}
{% macro compressed_outlier(amount, bound) -%}
    cast({{ bound }} * (1 + ln({{ amount }} / {{ bound }})) as decimal(18, 4))
{%- endmacro %}
