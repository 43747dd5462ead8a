{#- The columns that a mapping lists under `identity`, as a list: a single column may be written without brackets. -#}
{% macro identity_of(mapping) %}
    {{ return([mapping.identity] if mapping.identity is string else mapping.identity or []) }}
{% endmacro %}
