{#- How a share compares with the population's: 1 = as everybody, 2 = twice as much. Five purchases that follow
    the population are mixed in, so that a first purchase in May doesn't make a customer of May. -#}
{% macro season_index(count, total, population_share) -%}
    {%- set prior_purchases = 5 -%}
    ({{ count }} + {{ prior_purchases }} * {{ population_share }})
    / ({{ total }} + {{ prior_purchases }})
    / {{ population_share }}
{%- endmacro %}
