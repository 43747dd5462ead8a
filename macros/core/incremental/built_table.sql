{#- The table that the last run left of a model, none where there is none or --full-refresh forgets it. For a model that reads what is
    built after it, which ref would take for a circle. -#}
{% macro built_table(name) %}
    {%- if not execute or flags.FULL_REFRESH -%}{{ return(none) }}{%- endif -%}
    {%- set node = package_node(name) -%}
    {{ return(load_cached_relation(api.Relation.create(node.database, node.schema, node.alias))) }}
{% endmacro %}
