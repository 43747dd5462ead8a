{#- Runs before a build: rejects a target of profiles.yml without a pseudonym key, and a key that could be guessed. Only the raw
    files of the demo store may use the public key. Also rejects a time zone other than UTC, which would shift every time. -#}
{% macro check_pseudonym_key() %}
    {%- if not runs_package() -%}{{ return('') }}{%- endif -%}
    {%- set found -%}
        select
            getvariable('pseudonym_key_problem'), getvariable('pseudonym_inner') is null, current_setting('TimeZone'),
            getvariable('public_key_problem')
    {%- endset -%}
    {%- set rows = run_query(found).rows -%}
    {%- if rows[0][0] -%}{{ exceptions.raise_compiler_error(rows[0][0]) }}{%- endif -%}
    {%- set demo = public_vars()['raw tables'].raw.default -%}
    {%- set own = [] -%}
    {%- for table, given in var('raw').items()
        if given is not mapping or given.get('file') != (demo.get(table) or {}).get('file') -%}
        {%- do own.append(table) -%}
    {%- endfor -%}
    {%- if rows[0][3] and (var('raw_path') or own) -%}{{ exceptions.raise_compiler_error(rows[0][3]) }}{%- endif -%}
    {%- if rows[0][1] -%}
        {{ exceptions.raise_compiler_error('No pseudonym key: the target ' ~ target.name ~ ' of profiles.yml does not load the plugin '
            ~ 'warehouse_operations.privacy.plugin. Copy `plugins` from the target production.') }}
    {%- endif -%}
    {%- if rows[0][2] != 'UTC' -%}
        {{ exceptions.raise_compiler_error('The time zone of the target ' ~ target.name ~ ' of profiles.yml is ' ~ rows[0][2]
            ~ '. Set `TimeZone: UTC` under its settings.') }}
    {%- endif -%}
{% endmacro %}
