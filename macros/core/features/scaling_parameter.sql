{#- A parameter (location or scale) of a way of scaling, as SQL over the statistics of a feature: what scaled() is given later. -#}
{% macro scaling_parameter(method, parameter) %}
    {%- set methods = scaling_methods() -%}
    {%- if method not in methods -%}
        {{ exceptions.raise_compiler_error("Unknown way of scaling '" ~ method ~ "'. Accepted: " ~ methods.keys() | join(', ') ~ ".") }}
    {%- elif parameter not in methods[method] -%}
        {{ exceptions.raise_compiler_error("Unknown parameter of scaling '" ~ parameter ~ "'. Accepted: location, scale.") }}
    {%- endif -%}
    {{ methods[method][parameter] }}
{%- endmacro %}
