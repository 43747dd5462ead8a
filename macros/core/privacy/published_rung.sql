{#- The rung of a single customer as it is published: `context` is called popularity as well, because on the rung popularity alone are few but
    those who refuse personalisation. -#}
{% macro published_rung(rung) -%}
    case when {{ rung }} = 'context' then 'popularity' else {{ rung }} end
{%- endmacro %}
