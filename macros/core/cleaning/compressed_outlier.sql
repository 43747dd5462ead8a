{#- Compresses an amount above its bound to bound * (1 + ln(amount / bound)), which preserves the order of amounts. -#}
{% macro compressed_outlier(amount, bound) -%}
    cast({{ bound }} * (1 + ln({{ amount }} / {{ bound }})) as decimal(18, 4))
{%- endmacro %}
