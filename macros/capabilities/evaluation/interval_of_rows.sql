{#- A bound of the two-sided percentile interval at the var confidence_level, over rows that are replicates: an aggregate. Where replicates
    are places of an array, `interval_bound` is cheaper. `side` is low or high. -#}
{% macro interval_of_rows(expression, side) %}
    {%- set quantiles = {'low': (1 - var('confidence_level')) / 2, 'high': (1 + var('confidence_level')) / 2} -%}
    {%- if side not in quantiles -%}
        {{ exceptions.raise_compiler_error("interval_of_rows: side is '" ~ side ~ "'. Accepted: low, high.") }}
    {%- endif -%}
    percentile_cont({{ quantiles[side] | round(6) }}) within group (order by {{ expression }})
{%- endmacro %}
