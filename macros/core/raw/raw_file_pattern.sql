{#- The file glob of a mapping as an SQL literal, with <raw_path> resolved. -#}
{% macro raw_file_pattern(mapping) %}{{ return(sql_text(raw_file_glob(mapping))) }}{% endmacro %}
