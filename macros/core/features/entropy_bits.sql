{#- Shannon entropy in bits of the counts of a group: 0 where all fall on one value, log2(n) where n values share them evenly.
    An aggregate over one row per value. -#}
{% macro entropy_bits(count) -%}
    greatest(
        0,
        ln(cast(sum({{ count }}) as double))
        - {{ stable_sum(count ~ ' * ln(cast(' ~ count ~ ' as double))') }} / cast(sum({{ count }}) as double)
    ) / ln(2)
{%- endmacro %}
