{#- Column names of any relation, including a file reader. -#}
{% macro relation_columns(relation) %}
    {{ return(run_query('select * from ' ~ relation ~ ' limit 0').column_names | list) }}
{% endmacro %}
