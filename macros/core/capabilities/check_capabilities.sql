{#- Runs before anything is built: refuses switches that contradict each other or the graph, and settings of a seam whose capability is
    off; says which capabilities are off. -#}
{% macro check_capabilities() %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set given = invocation_args_dict.get('vars', {}) -%}
    {%- set in_graph = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | selectattr('fqn.1', 'equalto', 'capabilities')
        | map(attribute='fqn.2') | unique | list -%}
    {%- set off = [] -%}
    {%- for name, read in capabilities().items() -%}
        {%- set switch = 'enable_' ~ name -%}
        {%- if var(switch) is not boolean -%}
            {{ exceptions.raise_compiler_error('Var ' ~ switch ~ ' is ' ~ var(switch) ~ '. Accepted: true, false.') }}
        {%- elif capability_is_on(name) != (name in in_graph) -%}
            {{ exceptions.raise_compiler_error('Var ' ~ switch ~ ' is ' ~ var(switch) ~ ' in dbt_project.yml, and dbt reads switches from the '
                ~ 'command line only. Put it into the data set file (datasets/<name>.yml), or give --vars "' ~ switch ~ ': '
                ~ (var(switch) | lower) ~ '".') }}
        {%- endif -%}
        {%- for needed in read if given.get(switch) and not capability_is_on(needed) -%}
            {{ exceptions.raise_compiler_error('Var ' ~ switch ~ ' is true, but enable_' ~ needed ~ ' is false, and ' ~ name ~ ' reads '
                ~ needed ~ '. Enable ' ~ needed ~ ' too, or drop ' ~ switch ~ '.') }}
        {%- endfor -%}
        {%- if not capability_is_on(name) -%}{%- do off.append(name) -%}{%- endif -%}
    {%- endfor -%}
    {%- for seam in seams().values() if seam.is_wanted and seam.capability in off -%}
        {{ exceptions.raise_compiler_error('Var ' ~ seam.settings | join(' or ') ~ ' needs the capability ' ~ seam.capability
            ~ ', which is off. Set enable_' ~ seam.capability ~ ': true, or drop the var.') }}
    {%- endfor -%}
    {%- if off and not builds_nothing() -%}{%- do log('Capabilities that are off: ' ~ off | join(', ') ~ '.', info=true) -%}{%- endif -%}
{% endmacro %}
