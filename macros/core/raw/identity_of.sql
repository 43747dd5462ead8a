{#- What a mapping lists under `identity`, as a list: one column may stand there without one. -#}
{% macro identity_of(mapping) %}
    {{ return([mapping.identity] if mapping.identity is string else mapping.identity or []) }}
{% endmacro %}
