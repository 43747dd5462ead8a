{#- Statement that deletes the rows of a table that meet a condition. Spark cannot delete rows of Parquet tables, so it writes the
    other rows to a new table, which replaces the table. -#}
{% macro delete_rows(relation, condition) %}{{ return(adapter.dispatch('delete_rows')(relation, condition)) }}{% endmacro %}

{% macro duckdb__delete_rows(relation, condition) %}delete from {{ relation }} where {{ condition }}{% endmacro %}

{% macro spark__delete_rows(relation, condition) %}{{ replace_table(relation,
    'select * from ' ~ relation ~ ' where not coalesce(' ~ condition ~ ', false)') }}{% endmacro %}
