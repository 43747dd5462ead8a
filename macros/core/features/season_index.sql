{#- How a share compares with the population's: 1 = as everybody, 2 = twice as much. season_prior_purchases purchases that follow
    the population are mixed in, so that a first purchase in May doesn't make a customer of May. -#}
{% macro season_index(count, total, population_share) -%}
    ({{ count }} + {{ var('season_prior_purchases') }} * {{ population_share }})
    / ({{ total }} + {{ var('season_prior_purchases') }})
    / {{ population_share }}
{%- endmacro %}
