{#- The band of a number of interactions by the var activity_band_edges: `0`, `1-4`, `5-19`, `20+`. -#}
{% macro activity_band(interaction_count) -%}
    {%- set lowest = namespace(value=0) -%}
    case
    {%- for edge in var('activity_band_edges') %}
        when {{ interaction_count }} < {{ edge }}
            then '{{ lowest.value }}{{ '-' ~ (edge - 1) if edge - 1 > lowest.value }}'
        {%- set lowest.value = edge %}
    {%- endfor %}
        else '{{ lowest.value }}+'
    end
{%- endmacro %}
