{#- The incremental strategy `replace`: replaces all rows. For a model that reads the rows of its previous build but keeps none of
    them. A plain table could not detect --full-refresh, which must ignore the previous build. dbt finds the macro by its
    name. -#}
{% macro get_incremental_replace_sql(arg_dict) %}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arg_dict['target_relation'] }};
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
{% endmacro %}
