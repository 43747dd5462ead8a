{#- How many standard errors to either side of an estimate from `count` values hold the truth at the var confidence_level at
    all numbers of values at once, so that one may look as often and stop when one likes: the asymptotic confidence sequence of
    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics 52, theorem 2.2, narrowest at the var
    always_valid_customers. -#}
{% macro always_valid_errors(count) -%}
    {%- set alpha = (1 - var('confidence_level')) | round(6) -%}
    {%- set scaled = '(' ~ count ~ ' * (ln(1.0 - 2.0 * ln(' ~ alpha ~ ')) - 2.0 * ln(' ~ alpha ~ ')) / '
        ~ var('always_valid_customers') ~ ')' -%}
    sqrt((1.0 + 1.0 / {{ scaled }}) * (ln({{ scaled }} + 1.0) - 2.0 * ln({{ alpha }})))
{%- endmacro %}
