{#- The file glob of a mapping as an SQL literal, with <raw_path> resolved. -#}
{% macro raw_file_pattern(mapping) %}
    {{ return(sql_text(mapping.file | replace('<raw_path>', raw_path() or '<raw_path>'))) }}
{% endmacro %}
