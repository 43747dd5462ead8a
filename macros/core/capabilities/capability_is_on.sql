{#- Whether a capability is part of this run: no var switches it off. -#}
{% macro capability_is_on(name) %}{{ return(not closed_switches(name)) }}{% endmacro %}
