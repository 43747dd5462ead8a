{#- The options of this run that leave out nodes or rows, as they are written at the command line; of a `dbt retry`, those of the run it
    retries. --selector isn't one of them: a selector may hold the whole project, and what it leaves out is found missing. -#}
{% macro partial_options() %}
    {%- set options = {
        'select': '--select', 'models': '--models', 'exclude': '--exclude', 'resource_types': '--resource-type',
        'exclude_resource_types': '--exclude-resource-type', 'empty': '--empty', 'sample': '--sample',
    } -%}
    {%- set given = [] -%}
    {%- for name, option in options.items() if invocation_args_dict.get(name) -%}{%- do given.append(option) -%}{%- endfor -%}
    {{ return(given) }}
{% endmacro %}
