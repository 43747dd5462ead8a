{#- The folder that <raw_path> stands for in the files of a mapping; none where no folder is given. Only the demo has one of its own. -#}
{% macro raw_path() %}
    {{ return(var('raw_path') or (invocation_args_dict.project_dir ~ '/seeds/demo' if var('dataset') == 'demo' else none)) }}
{% endmacro %}
