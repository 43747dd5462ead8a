{#- A fingerprint of what an outcome of a node depends on besides the text of the nodes themselves: vars, macros, YAML (tests, contracts,
    unit tests), the numerics. Where raw files lie is part of it. -#}
{% macro outcome_settings() %}
    {%- set patterns = ['dbt_project.yml', 'macros/**/*.sql', 'models/**/*.yml', 'python_models/**/*.yml', 'seeds/reference/**/*.yml',
                        'python_models/warehouse_recommender/**/*.py', 'tests/generic/*.sql', 'tests/fixtures/*.csv'] -%}
    {{ return(local_md5(files_md5(patterns) ~ tojson([manifest_vars(), var('raw_path'), var('raw')], sort_keys=true))) }}
{% endmacro %}
