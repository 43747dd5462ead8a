{#- The file glob of a mapping as an SQL text, with the folder that <raw_path> stands for. -#}
{% macro raw_file_pattern(mapping) %}
    {{ return(sql_text(mapping.file | replace('<raw_path>', raw_path() or '<raw_path>'))) }}
{% endmacro %}
