{#- The relation that a capability provides for a seam of the core; none while the seam is off. -#}
{% macro seam(name) %}{{ return(ref(seams()[name].model) if seam_is_on(name) else none) }}{% endmacro %}
