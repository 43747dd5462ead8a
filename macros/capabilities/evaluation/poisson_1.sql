{#- A draw from the Poisson distribution with mean 1, through its cumulative distribution, of a number in [0, 1). Draws above 8 (one
    in 900,000) count as 8. -#}
{% macro poisson_1(uniform) %}
    {%- set cumulative = namespace(value=0.0, term=0.36787944117144233) -%}
    case
    {%- for draw in range(0, 8) %}
        {%- set cumulative.value = cumulative.value + cumulative.term %}
        when {{ uniform }} < {{ cumulative.value }} then {{ draw }}
        {%- set cumulative.term = cumulative.term / (draw + 1) %}
    {%- endfor %}
        else 8
    end
{%- endmacro %}
