{#- Whether a mapping's files are Parquet, detected from their first bytes. All other files are CSV, plain or compressed. -#}
{% macro is_parquet(mapping) %}{{ return(file_kinds(mapping).values() | first == 'parquet') }}{% endmacro %}
