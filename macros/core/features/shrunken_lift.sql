{#- How many times likelier a value is in a cell than in its parent: (count + prior) / (expected + prior), where `expected` is what the cell's
    interactions would hold at the parent's share. One value has the evidence of its own few interactions: its logarithm lies between
    -ln(1 + expected / prior) and ln(1 + count / prior). -#}
{% macro shrunken_lift(count, expected, prior) -%}
    ({{ count }} + {{ prior }}) / ({{ expected }} + {{ prior }})
{%- endmacro %}
