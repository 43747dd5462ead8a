{#- Whether a capability is part of this run: its var enable_<name> is true, and so is that of each capability it reads. -#}
{% macro capability_is_on(name) %}
    {%- if name not in capabilities() -%}
        {{ exceptions.raise_compiler_error("Capability '" ~ name ~ "'. Accepted: " ~ capabilities() | join(', ') ~ '.') }}
    {%- endif -%}
    {%- set switches = [] -%}
    {%- for needed in [name] + capabilities()[name] -%}{%- do switches.append(var('enable_' ~ needed)) -%}{%- endfor -%}
    {{ return(switches | reject('equalto', true) | list | length == 0) }}
{% endmacro %}
