{#- The incremental strategy `replace`: all rows are replaced. For a model that reads what its previous build left and keeps nothing
    else of it; as a plain table it couldn't tell a --full-refresh, which forgets. dbt finds the macro by its name. -#}
{% macro get_incremental_replace_sql(arg_dict) %}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arg_dict['target_relation'] }};
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
{% endmacro %}
