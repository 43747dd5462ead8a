{#- The standard normal number that is as improbable as a t of 0 or more: Hill (1970), Communications of the ACM 13,
    algorithm 395. From 9 degrees of freedom on its tail is off by less than 1e-8. -#}
{% macro t_as_normal(t, degrees) -%}
    {%- set z = 'sqrt((' ~ degrees ~ ' - 0.5) * ln(1.0 + ' ~ t ~ ' * ' ~ t ~ ' / ' ~ degrees ~ '))' -%}
    {%- set b = '(48.0 * (' ~ degrees ~ ' - 0.5) * (' ~ degrees ~ ' - 0.5))' -%}
    {{ z }} + (power({{ z }}, 3) + 3.0 * {{ z }}) / {{ b }}
    - (4.0 * power({{ z }}, 7) + 33.0 * power({{ z }}, 5) + 240.0 * power({{ z }}, 3) + 855.0 * {{ z }})
    / (10.0 * {{ b }} * ({{ b }} + 0.8 * power({{ z }}, 4) + 100.0))
{%- endmacro %}
