{#- A bound of the two-sided percentile interval over bootstrap replicates, at the var confidence_level, interpolated as percentile_cont
    does. `replicates` is an array in rising order, one place per replicate; `side` is low or high. -#}
{% macro interval_bound(replicates, side) %}
    {%- set quantiles = {'low': (1 - var('confidence_level')) / 2, 'high': (1 + var('confidence_level')) / 2} -%}
    {%- if side not in quantiles -%}
        {{ exceptions.raise_compiler_error("interval_bound: side is '" ~ side ~ "'. Accepted: low, high.") }}
    {%- endif -%}
    {%- set steps = (quantiles[side] * (var('bootstrap_replicates') - 1)) | round(6) -%}
    {%- set below = steps | int -%}
    {%- set above = [below + 1, var('bootstrap_replicates') - 1] | min -%}
    {{ array_element(replicates, below + 1) }} + {{ (steps - below) | round(6) }}
    * ({{ array_element(replicates, above + 1) }} - {{ array_element(replicates, below + 1) }})
{%- endmacro %}
