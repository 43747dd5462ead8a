{#- Runs before anything is built: refuses to build without a pseudonym key, and with one that could be guessed. -#}
{% macro check_pseudonym_key() %}
    {%- if not runs_package() -%}{{ return('') }}{%- endif -%}
    {%- set rows = run_query("select getvariable('pseudonym_key_problem'), getvariable('pseudonym_inner') is null").rows -%}
    {%- if rows[0][0] -%}{{ exceptions.raise_compiler_error(rows[0][0]) }}{%- endif -%}
    {%- if rows[0][1] -%}
        {{ exceptions.raise_compiler_error('No pseudonym key: the target ' ~ target.name ~ ' of profiles.yml does not load the plugin '
            ~ 'warehouse_operations.privacy.plugin. Copy `plugins` from the target production.') }}
    {%- endif -%}
{% endmacro %}
