{#- Probability that a chi-square number exceeds x. Up to 9 degrees of freedom by its finite series (Abramowitz and Stegun
    26.4.4 and 26.4.5), as exact as the normal tail; beyond by the cube root of Wilson and Hilferty (1931), off by less than
    0.001. -#}
{% macro chi_square_upper_tail(x, degrees) -%}
    {%- set spread = '(2.0 / (9.0 * ' ~ degrees ~ '))' -%}
    {%- set cube_root = '(power((' ~ x ~ ') / ' ~ degrees ~ ', 1.0 / 3.0) - 1.0 + ' ~ spread ~ ')' -%}
    case
        when {{ degrees }} between 1 and 9
            then
                case when {{ degrees }} % 2 = 1 then 2.0 * {{ normal_tail_of_positive('sqrt(' ~ x ~ ')') }} else 0.0 end
                + exp(-({{ x }}) / 2.0) * case
                    {%- for exact in range(1, 10) %}
                    when {{ degrees }} = {{ exact }} then {{ chi_square_series(x, exact) }}
                    {%- endfor %}
                end
        when {{ degrees }} > 9
            then {{ normal_upper_tail('(' ~ cube_root ~ ' / sqrt(' ~ spread ~ '))') }}
    end
{%- endmacro %}

{#- What exp(-x / 2) is multiplied with in it, for a whole number of degrees of freedom. -#}
{% macro chi_square_series(x, degrees) -%}
    {%- set is_odd = degrees % 2 -%}
    {%- set series = namespace(text='1.0') -%}
    {%- for term in range((degrees - 1) // 2, is_odd, -1) -%}
        {%- set divisor = 2 * term - 1 if is_odd else 2 * term -%}
        {%- set series.text = '(1.0 + ' ~ x ~ ' / ' ~ divisor ~ '.0 * ' ~ series.text ~ ')' -%}
    {%- endfor -%}
    {%- if degrees == 1 -%}
        0.0
    {%- elif is_odd -%}
        0.7978845608028654 * sqrt({{ x }}) * {{ series.text }}
    {%- else -%}
        {{ series.text }}
    {%- endif -%}
{%- endmacro %}
