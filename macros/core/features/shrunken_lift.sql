{#- Lift of a value in a cell over its parent: (count + prior) / (expected + prior), where `expected` is the number of the cell's
    interactions with the value at the parent's share. The value's own interactions bound the lift: its logarithm is between -ln(1
    + expected / prior) and ln(1 + count / prior). -#}
{% macro shrunken_lift(count, expected, prior) -%}
    ({{ count }} + {{ prior }}) / ({{ expected }} + {{ prior }})
{%- endmacro %}
