{#- The tier of a single customer as it is published: `context` is called popularity as well, because on the tier popularity alone are few but
    those who refuse personalisation. -#}
{% macro published_tier(tier) -%}
    case when {{ tier }} = 'context' then 'popularity' else {{ tier }} end
{%- endmacro %}
