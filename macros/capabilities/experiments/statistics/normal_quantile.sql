{#- The z above which a standard normal number lies with probability `tail` (0 to below 0.5), as a number: by Newton's method on the
    tail of Abramowitz and Stegun 26.2.17. -#}
{% macro normal_quantile(tail) -%}
    {%- set e = 2.718281828459045 -%}
    {%- set found = namespace(z=0.0) -%}
    {%- for step in range(30) -%}
        {%- set density = 0.3989422804014327 * e ** (-found.z * found.z / 2) -%}
        {%- set t = 1 / (1 + 0.2316419 * found.z) -%}
        {%- set above = density * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))) -%}
        {%- set found.z = [found.z + (above - tail) / density, 0.0] | max -%}
    {%- endfor -%}
    {{ return(found.z | round(6)) }}
{%- endmacro %}
