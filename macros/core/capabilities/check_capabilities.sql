{#- Runs before a build: rejects switches that contradict each other or the graph, and prints the capabilities that are off.
    check_vars checks vars of capabilities that are off. -#}
{% macro check_capabilities() %}
    {%- if not runs_package() -%}{{ return('') }}{%- endif -%}
    {%- set in_graph = package_nodes() | selectattr('resource_type', 'equalto', 'model')
        | selectattr('fqn.1', 'equalto', 'capabilities') | map(attribute='fqn.2') | unique | list -%}
    {%- set off = [] -%}
    {%- for name, read in capabilities().items() -%}
        {%- set switch = 'enable_' ~ name -%}
        {%- if capability_is_on(name) != (name in in_graph) and is_installed() -%}
            {{ exceptions.raise_compiler_error('Capability ' ~ name ~ ' is ' ~ ('on' if capability_is_on(name) else 'off')
                ~ ' by the vars enable_… of warehouse_recommender, but ' ~ ('on' if name in in_graph else 'off') ~ ' by +enabled under models: '
                ~ 'warehouse_recommender: capabilities: in dbt_project.yml. Set both; see docs/package.md.') }}
        {%- elif capability_is_on(name) != (name in in_graph) -%}
            {{ exceptions.raise_compiler_error('Var ' ~ switch ~ ' is ' ~ var(switch) ~ ' in dbt_project.yml, but dbt reads switches '
                ~ 'from the command line only. Set it in the mapping file (datasets/<name>.yml), or pass --vars "' ~ switch ~ ': '
                ~ (var(switch) | lower) ~ '".') }}
        {%- endif -%}
        {%- for needed in read if invocation_args_dict.get('vars', {}).get(switch) and not capability_is_on(needed) -%}
            {{ exceptions.raise_compiler_error('Var ' ~ switch ~ ' is true, but enable_' ~ needed ~ ' is false, and ' ~ name ~ ' reads '
                ~ needed ~ '. Enable ' ~ needed ~ ' too, or drop ' ~ switch ~ '.') }}
        {%- endfor -%}
        {%- if not capability_is_on(name) -%}{%- do off.append(name) -%}{%- endif -%}
    {%- endfor -%}
    {%- if off and not builds_nothing() -%}{%- do log('Capabilities that are off: ' ~ off | join(', ') ~ '.', info=true) -%}{%- endif -%}
{% endmacro %}
