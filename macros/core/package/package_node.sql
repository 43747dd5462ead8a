{#- A model of this package as a node of the graph. dbt's project_name cannot be used to find it: it is the name of the running
    project, which may have installed this one. -#}
{% macro package_node(name) %}{{ return(graph.nodes['model.warehouse_recommender.' ~ name]) }}{% endmacro %}
