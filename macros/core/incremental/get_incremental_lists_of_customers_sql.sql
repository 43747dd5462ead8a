{#- The incremental strategy `lists_of_customers`: replaces the rows of the customers in list_customers, deletes the rows of
    customers that no longer exist, and keeps all other rows. dbt finds the macro by its name. -#}
{% macro get_incremental_lists_of_customers_sql(arg_dict) %}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arg_dict['target_relation'] }}
    where
        customer_id in (select customer_id from {{ built_table('list_customers') }})
        or customer_id not in (select customer_id from {{ built_table('clean_customers') }});
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
{% endmacro %}
