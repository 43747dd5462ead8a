{#- The path of a file of this package, given relative to its folder, which a project that installs it has in dbt_packages. Only seeds
    know that folder. -#}
{% macro package_path(path) %}
    {%- set seed = package_nodes() | selectattr('resource_type', 'equalto', 'seed') | first -%}
    {{ return(seed.root_path ~ '/' ~ path) }}
{% endmacro %}
