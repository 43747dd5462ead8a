{#- Tier of a single customer as published: `context` is published as popularity, because almost all customers with the tier
    popularity alone are those who refuse personalisation. -#}
{% macro published_tier(tier) -%}
    case when {{ tier }} = 'context' then 'popularity' else {{ tier }} end
{%- endmacro %}
