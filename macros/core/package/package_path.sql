{#- The path of a file of this package, given relative to its folder. A project that installs the package has it in dbt_packages.
    In the graph, only seeds have the folder. -#}
{% macro package_path(path) %}
    {%- set seed = package_nodes() | selectattr('resource_type', 'equalto', 'seed') | first -%}
    {{ return(seed.root_path ~ '/' ~ path) }}
{% endmacro %}
