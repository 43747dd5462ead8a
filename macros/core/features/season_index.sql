{#- Ratio of a customer's share in a season to the population's share: 1 = equal, 2 = twice as high. Five pseudo-purchases
    distributed like the population smooth the share, so that a first purchase in May does not make the customer a May
    customer. -#}
{% macro season_index(count, total, population_share) -%}
    {%- set prior_purchases = 5 -%}
    ({{ count }} + {{ prior_purchases }} * {{ population_share }})
    / ({{ total }} + {{ prior_purchases }})
    / {{ population_share }}
{%- endmacro %}
