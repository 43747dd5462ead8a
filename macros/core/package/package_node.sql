{#- A model of this package as in the graph. The project_name of dbt is no help: it names the project that is run, which may have
    installed this one. -#}
{% macro package_node(name) %}{{ return(graph.nodes['model.warehouse_recommender.' ~ name]) }}{% endmacro %}
