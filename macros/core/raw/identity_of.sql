{#- The columns under `identity` in a mapping, as a list. A single column may be written without brackets. -#}
{% macro identity_of(mapping) %}
    {{ return([mapping.identity] if mapping.identity is string else mapping.identity or []) }}
{% endmacro %}
