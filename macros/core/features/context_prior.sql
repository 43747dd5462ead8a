{#- How many interactions of its parent each cell of a context is given, from the moments of context_cells; between smallest_context_prior
    and largest_context_prior, and the latter where the cells differ by no more than chance. -#}
{% macro context_prior(excess, greatest_excess) -%}
    {%- if var('context_prior_interactions') is none -%}
    case
        when {{ greatest_excess }} > 0 and {{ excess }} > 0
            then
                least(
                    greatest({{ greatest_excess }} / {{ excess }} - 1, {{ var('smallest_context_prior') }}),
                    {{ var('largest_context_prior') }}
                )
        else {{ var('largest_context_prior') }}
    end
    {%- else -%}
    cast({{ var('context_prior_interactions') }} as double)
    {%- endif -%}
{%- endmacro %}
