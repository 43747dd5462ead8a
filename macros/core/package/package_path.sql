{#- Path of a file of this package, from a path relative to the package's folder. In a project that installs the package, the
    folder is in dbt_packages. Only seeds have the folder in the graph. The macro stops at the first seed: hooks call it hundreds
    of times, and listing all nodes each time would cost a second. -#}
{% macro package_path(path) %}
    {%- for node in graph.nodes.values() if node.resource_type == 'seed' and node.package_name == 'warehouse_recommender' -%}
        {{ return(node.root_path ~ '/' ~ path) }}
    {%- endfor -%}
{% endmacro %}
