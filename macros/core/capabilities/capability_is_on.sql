{#- Whether a capability is part of this run: no var switches it off. -#}
{% macro capability_is_on(name) %}{{ return(not disabling_switches(name)) }}{% endmacro %}
