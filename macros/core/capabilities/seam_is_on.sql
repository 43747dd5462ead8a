{#- Whether a seam of the core has a model in this run. -#}
{% macro seam_is_on(name) %}
    {%- if name not in seams() -%}
        {{ exceptions.raise_compiler_error("Unknown seam '" ~ name ~ "'. Accepted: " ~ seams() | join(', ') ~ '.') }}
    {%- endif -%}
    {{ return(seams()[name].is_enabled and capability_is_on(seams()[name].capability)) }}
{% endmacro %}
