{#- Location or scale of a scaling method, as SQL over the statistics of a feature; the arguments of scaled(). -#}
{% macro scaling_parameter(method, parameter) %}
    {%- set methods = scaling_methods() -%}
    {%- if method not in methods -%}
        {{ exceptions.raise_compiler_error("Unknown scaling method '" ~ method ~ "'. Accepted: " ~ methods.keys() | join(', ')
            ~ ".") }}
    {%- elif parameter not in methods[method] -%}
        {{ exceptions.raise_compiler_error("Unknown scaling parameter '" ~ parameter ~ "'. Accepted: location, scale.") }}
    {%- endif -%}
    {{ methods[method][parameter] }}
{%- endmacro %}
