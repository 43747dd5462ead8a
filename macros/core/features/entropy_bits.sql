{#- Aggregate over one row per value: Shannon entropy in bits of the counts. 0 if all counts fall on one value, log2(n) if n
    values share them evenly. -#}
{% macro entropy_bits(count) -%}
    greatest(
        0,
        ln(cast(sum({{ count }}) as double))
        - {{ stable_sum(count ~ ' * ln(cast(' ~ count ~ ' as double))') }} / cast(sum({{ count }}) as double)
    ) / ln(2)
{%- endmacro %}
