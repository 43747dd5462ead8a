{#- A bound of the two-sided percentile interval over bootstrap replicates, at the var confidence_level. `side` is low or high. -#}
{% macro interval_bound(expression, side) %}
    {%- set quantiles = {'low': (1 - var('confidence_level')) / 2, 'high': (1 + var('confidence_level')) / 2} -%}
    {%- if side not in quantiles -%}
        {{ exceptions.raise_compiler_error("interval_bound: side is '" ~ side ~ "'. Accepted: low, high.") }}
    {%- endif -%}
    percentile_cont({{ quantiles[side] | round(6) }}) within group (order by {{ expression }})
{%- endmacro %}
