{#- Whether the running project has installed this one as a package. -#}
{% macro is_installed() %}{{ return(project_name != 'warehouse_recommender') }}{% endmacro %}
