{#- A model of this package as in the graph, whatever the name of the project that is run: this project is also installed as a package. -#}
{% macro package_node(name) %}{{ return(graph.nodes['model.warehouse_recommender.' ~ name]) }}{% endmacro %}
