{#- A category's part of the divergence of a list from a history (Steck, RecSys 2018): p × ln(p / q~), q~ = (1 - alpha) q + alpha p, where p
    is tastes.strength_share and q the category's share of the listed products. -#}
{% macro divergence_term(category_count, listed_count) -%}
    tastes.strength_share * ln(tastes.strength_share / (
        {{ 1 - var('calibration_alpha') }} * {{ category_count }} / cast({{ listed_count }} as double)
        + {{ var('calibration_alpha') }} * tastes.strength_share
    ))
{%- endmacro %}
