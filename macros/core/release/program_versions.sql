{#- Versions of the programs that a build depends on: dbt, the engine, this package. -#}
{% macro program_versions() %}
    {{ return({
        'dbt': dbt_version,
        'engine': engine_version(),
        'warehouse_recommender': fromyaml(file_text(package_path('dbt_project.yml'))).version,
    }) }}
{% endmacro %}
