{#- A bound of the interval of a share (0..1) at the var confidence_level (Wilson 1927), which also holds where few or nearly
    all count. -#}
{% macro wilson_bound(share, count, side) -%}
    {%- set signs = {'low': '-', 'high': '+'} -%}
    {%- if side not in signs -%}
        {{ exceptions.raise_compiler_error("wilson_bound: side is '" ~ side ~ "'. Accepted: low, high.") }}
    {%- endif -%}
    {%- set z = normal_quantile((1 - var('confidence_level')) / 2) -%}
    ({{ share }} + {{ z * z / 2 }} / {{ count }} {{ signs[side] }} {{ z }} * sqrt(
        greatest({{ share }} * (1.0 - {{ share }}), 0.0) / {{ count }} + {{ z * z / 4 }} / ({{ count }} * {{ count }})
    )) / (1.0 + {{ z * z }} / {{ count }})
{%- endmacro %}
