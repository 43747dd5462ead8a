{#- The path of a file of this package, given relative to its folder. A project that installs the package has it in dbt_packages.
    In the graph, only seeds have the folder. The first seed is enough: hooks ask hundreds of times, and a list of all nodes each time
    would cost a second. -#}
{% macro package_path(path) %}
    {%- for node in graph.nodes.values() if node.resource_type == 'seed' and node.package_name == 'warehouse_recommender' -%}
        {{ return(node.root_path ~ '/' ~ path) }}
    {%- endfor -%}
{% endmacro %}
