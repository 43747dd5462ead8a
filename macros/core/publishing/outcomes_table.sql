{#- The relation node_outcomes; none where it was never built. -#}
{% macro outcomes_table() %}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.node_outcomes'] -%}
    {{ return(adapter.get_relation(node.database, node.schema, node.alias)) }}
{% endmacro %}
