{#- The value a t number exceeds with probability `tail`, by the expansion of Cornish and Fisher around the normal quantile
    (Abramowitz and Stegun 26.7.5). From 9 degrees of freedom on it is off by less than 0.0007 of itself at a tail of 0.005 and
    more, from 20 on by less than 0.00003. -#}
{% macro t_quantile(tail, degrees) -%}
    {%- set z = normal_quantile(tail) -%}
    {{ z }} + {{ (z ** 3 + z) / 4 }} / {{ degrees }}
    + {{ (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 }} / ({{ degrees }} * {{ degrees }})
    + {{ (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384 }} / ({{ degrees }} * {{ degrees }} * {{ degrees }})
{%- endmacro %}
