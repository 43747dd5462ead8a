{#- A value scaled by location and scale fitted earlier: 0 at the location, 1 one scale above it. A feature without spread is
    always 0; NULL stays NULL. Values outside the range of the fit may be scaled to values outside 0..1 or to any number of
    deviations. -#}
{% macro scaled(expression, location, scale) -%}
    case
        when {{ scale }} > 0 then ({{ expression }} - ({{ location }})) / ({{ scale }})
        when {{ expression }} is not null then 0
    end
{%- endmacro %}
