{#- Runs before a build: rejects a target of profiles.yml without a pseudonym key, and a key that could be guessed. Only the raw
    files of the demo store may use the public key. Also rejects a time zone other than UTC, which would shift every time. -#}
{% macro check_pseudonym_key() %}
    {%- if not runs_package() -%}{{ return('') }}{%- endif -%}
    {%- set problem, has_no_key, time_zone, public_key_problem = session_problems() -%}
    {%- if problem -%}{{ exceptions.raise_compiler_error(problem) }}{%- endif -%}
    {%- set demo = public_vars()['raw tables'].raw.default -%}
    {%- set own = [] -%}
    {%- for table, given in var('raw').items()
        if given is not mapping or given.get('file') != (demo.get(table) or {}).get('file') -%}
        {%- do own.append(table) -%}
    {%- endfor -%}
    {%- if public_key_problem and (var('raw_path') or own) -%}{{ exceptions.raise_compiler_error(public_key_problem) }}{%- endif -%}
    {%- if has_no_key -%}
        {{ exceptions.raise_compiler_error('No pseudonym key: the target ' ~ target.name ~ ' of profiles.yml does not load the plugin '
            ~ 'warehouse_operations.privacy.plugin. Copy `plugins` from the target production.') }}
    {%- endif -%}
    {%- if time_zone != 'UTC' -%}
        {{ exceptions.raise_compiler_error('The time zone of the target ' ~ target.name ~ ' of profiles.yml is ' ~ time_zone
            ~ '. Set `TimeZone: UTC` under its settings.') }}
    {%- endif -%}
{% endmacro %}
