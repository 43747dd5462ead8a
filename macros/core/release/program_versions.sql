{#- Versions of what a build depends on: dbt, the engine, this project. -#}
{% macro program_versions() %}
    {{ return({
        'dbt': dbt_version,
        'engine': engine_version(),
        project_name: fromyaml(file_text('dbt_project.yml')).version,
    }) }}
{% endmacro %}
