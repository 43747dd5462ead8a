{#- The nodes of the graph that belong to this package, without those of a project that installs it. -#}
{% macro package_nodes() %}
    {{ return(graph.nodes.values() | selectattr('package_name', 'equalto', 'warehouse_recommender') | list) }}
{% endmacro %}
