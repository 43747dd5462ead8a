{#- A value by parameters that were fitted before: 0 at the location, 1 one scale above it. A feature without spread is 0 throughout,
    NULL stays NULL. What lies outside the values of the fit may lie beyond 0 and 1 or any number of deviations. -#}
{% macro scaled(expression, location, scale) -%}
    case
        when {{ scale }} > 0 then ({{ expression }} - ({{ location }})) / ({{ scale }})
        when {{ expression }} is not null then 0
    end
{%- endmacro %}
