{#- SQL condition that a rule of list_rules excludes its products on every list and page, not only for one segment or country. -#}
{% macro excludes_for_everybody(rules) -%}
    {{ rules }}.action = 'exclude' and {{ rules }}.segment is null and {{ rules }}.country is null
{%- endmacro %}
