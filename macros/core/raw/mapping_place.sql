{#- The file or var that contains the raw mapping, used as the prefix of messages. -#}
{% macro mapping_place() %}
    {{ return("Var raw (vars of warehouse_recommender in dbt_project.yml)" if is_installed()
        else "Dataset '" ~ var('dataset') ~ "' (datasets/" ~ var('dataset') ~ ".yml)") }}
{% endmacro %}
