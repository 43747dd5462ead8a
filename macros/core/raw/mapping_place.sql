{#- Where the mapping of the raw tables is written, to open messages about it. -#}
{% macro mapping_place() %}
    {{ return("Var raw (vars of warehouse_recommender in dbt_project.yml)" if is_installed()
        else "Dataset '" ~ var('dataset') ~ "' (datasets/" ~ var('dataset') ~ ".yml)") }}
{% endmacro %}
