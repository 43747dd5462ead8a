{#- How many interactions of its parent a cell is given, from how far cells lie from their parents beyond chance (excess), and how far
    they would if all interactions of a cell were alike (greatest_excess): context_priors derives it. Cells that differ by no more
    than chance get the largest prior. The var context_prior_interactions, where it is set, takes its place. -#}
{% macro prior_by_moments(excess, greatest_excess) -%}
    {%- set least, most, stated = var('smallest_context_prior'), var('largest_context_prior'), var('context_prior_interactions') -%}
    {%- if stated is none -%}
    case
        when {{ greatest_excess }} > 0 and {{ excess }} > 0
            then least(greatest({{ greatest_excess }} / {{ excess }} - 1, {{ least }}), {{ most }})
        else {{ most }}
    end
    {%- else -%}
    cast({{ stated }} as double)
    {%- endif -%}
{%- endmacro %}
