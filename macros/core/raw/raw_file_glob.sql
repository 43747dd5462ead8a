{#- The file glob of a mapping, with <raw_path> resolved. -#}
{% macro raw_file_glob(mapping) %}
    {{ return(mapping.file | replace('<raw_path>', raw_path() or '<raw_path>')) }}
{% endmacro %}
