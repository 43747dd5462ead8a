{#- The vars that switch a capability off: of its own enable_<name> and those of the capabilities it reads, the ones that are
    false. -#}
{% macro disabling_switches(name) %}
    {%- if name not in capabilities() -%}
        {{ exceptions.raise_compiler_error("Unknown capability '" ~ name ~ "'. Accepted: " ~ capabilities() | join(', ') ~ '.') }}
    {%- endif -%}
    {%- set closed = [] -%}
    {%- for needed in [name] + capabilities()[name] if var('enable_' ~ needed) is false -%}{%- do closed.append('enable_' ~ needed) -%}{%- endfor -%}
    {{ return(closed) }}
{% endmacro %}
