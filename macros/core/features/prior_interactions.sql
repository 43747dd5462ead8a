{#- Pseudo-count of expected interactions added to the interactions with a value in a cell, by the method of moments:
    greatest_excess / excess, clamped to [1, 1,000,000]. Cells that vary no more than by chance, and cells without data, get the
    maximum and therefore their parent's shares. -#}
{% macro prior_interactions(greatest_excess, excess) -%}
    {%- set least, most = 1, 1000000 -%}
    case
        when {{ greatest_excess }} > 0 and {{ excess }} > 0
            then least(greatest({{ greatest_excess }} / {{ excess }}, {{ least }}), {{ most }})
        else {{ most }}
    end
{%- endmacro %}
