{#- Fingerprint of the inputs that all nodes of a run share: macros, numerics, versions and vars. Vars that differ from run to run
    without affecting learned models are excluded. -#}
{% macro run_settings() %}
    {%- set unrelated = ['as_of', 'releases_kept', 'oldest_audit_days', 'evaluation_gate_severity', 'private_release'] -%}
    {%- set values = {} -%}
    {%- for name, value in manifest_vars().items() if name not in unrelated and not name.startswith('enable_') -%}
        {%- do values.update({name: value}) -%}
    {%- endfor -%}
    {%- set text = files_md5(['macros/**/*.sql', 'python_models/warehouse_recommender/**/*.py']) -%}
    {{ return(local_md5(text ~ tojson([values, program_versions()], sort_keys=true))) }}
{% endmacro %}
