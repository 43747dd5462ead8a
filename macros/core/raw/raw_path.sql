{#- The folder that replaces <raw_path> in the files of a mapping; none if no folder is configured. Only the demo has a default
    folder. -#}
{% macro raw_path() %}
    {{ return(var('raw_path') or (invocation_args_dict.project_dir ~ '/seeds/demo' if var('dataset') == 'demo' else none)) }}
{% endmacro %}
