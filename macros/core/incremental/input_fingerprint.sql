{#- A fingerprint of everything that incremental models are built from besides the raw rows: the SQL and seeds of their layers, the
    macros and the vars of the project and of the command line, and the pseudonym key: under another one, customers have other ids. -#}
{% macro input_fingerprint() %}
    {%- set patterns = ['dbt_project.yml', 'models/core/staging/*.sql', 'models/core/cleaning/*.sql', 'python_models/core/cleaning/*.py', 'macros/**/*.sql',
                        'seeds/reference/**/*.csv'] -%}
    {%- set key = run_query('select ' ~ pseudonym("'which key'")).rows[0][0] -%}
    {{ return(local_md5(files_md5(patterns) ~ key ~ tojson(invocation_args_dict.get('vars', {}), sort_keys=true))) }}
{% endmacro %}
