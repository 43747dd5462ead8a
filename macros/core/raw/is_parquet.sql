{#- Whether a mapping's files are Parquet, by their first bytes; all others are CSV, as it is or packed. -#}
{% macro is_parquet(mapping) %}{{ return(file_kinds(mapping).values() | first == 'parquet') }}{% endmacro %}
