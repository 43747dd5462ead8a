{#- Column names of any relation, a file's included. -#}
{% macro relation_columns(relation) %}
    {{ return(run_query('select * from ' ~ relation ~ ' limit 0').column_names | list) }}
{% endmacro %}
