{#- The table that the last run built for a model; none if there is none, or with --full-refresh. For models that read a table
    built downstream of them, which ref would reject as a cycle. -#}
{% macro built_table(name) %}
    {%- if not execute or flags.FULL_REFRESH -%}{{ return(none) }}{%- endif -%}
    {%- set node = package_node(name) -%}
    {{ return(load_cached_relation(api.Relation.create(node.database, node.schema, node.alias))) }}
{% endmacro %}
