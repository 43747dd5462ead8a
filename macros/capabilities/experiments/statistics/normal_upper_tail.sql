{#- Probability that a standard normal number exceeds z: Abramowitz and Stegun 26.2.17, off by less than 1e-7. -#}
{% macro normal_upper_tail(z) -%}
    case
        when abs({{ z }}) > 8 then case when {{ z }} > 0 then 0.0 else 1.0 end
        when {{ z }} >= 0 then {{ normal_tail_of_positive(z) }}
        else 1.0 - {{ normal_tail_of_positive('(-(' ~ z ~ '))') }}
    end
{%- endmacro %}

{#- The same for a z of 0 or more. -#}
{% macro normal_tail_of_positive(z) -%}
    {%- set t = '(1.0 / (1.0 + 0.2316419 * ' ~ z ~ '))' -%}
    0.3989422804014327 * exp(-({{ z }}) * ({{ z }}) / 2.0) * {{ t }} * (
        0.319381530 + {{ t }} * (-0.356563782 + {{ t }} * (1.781477937 + {{ t }} * (-1.821255978 + {{ t }} * 1.330274429)))
    )
{%- endmacro %}
