{#- Whether a mapping's files are Parquet; all others are CSV. -#}
{% macro is_parquet(mapping) %}{{ return(mapping.file.endswith('.parquet')) }}{% endmacro %}
