{#- Comment of a table; none if it has none. -#}
{% macro table_comment(relation) %}{{ return(adapter.dispatch('table_comment')(relation)) }}{% endmacro %}

{% macro duckdb__table_comment(relation) %}
    {%- set found -%}
        select comment
        from duckdb_tables()
        where schema_name = {{ sql_text(relation.schema) }} and table_name = {{ sql_text(relation.identifier) }}
    {%- endset -%}
    {{ return((run_query(found).rows | map(attribute=0) | list + [none])[0]) }}
{% endmacro %}

{% macro spark__table_comment(relation) %}
    {%- set details = run_query('describe table extended ' ~ relation).rows | selectattr(0, 'equalto', 'Comment') | list -%}
    {{ return(details[0][1] if details else none) }}
{% endmacro %}
