{#- How many expected interactions with a value are added to those with it in a cell, by method of moments: greatest_excess / excess,
    within 1 and 1,000,000. Cells that differ by no more than chance, and those nothing is known of, get the most, and so their parent's
    shares. -#}
{% macro prior_interactions(greatest_excess, excess) -%}
    {%- set least, most = 1, 1000000 -%}
    case
        when {{ greatest_excess }} > 0 and {{ excess }} > 0
            then least(greatest({{ greatest_excess }} / {{ excess }}, {{ least }}), {{ most }})
        else {{ most }}
    end
{%- endmacro %}
