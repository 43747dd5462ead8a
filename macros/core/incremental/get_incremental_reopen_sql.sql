{#- The incremental strategy `reopen`: replaces all rows from reads_from() on and all rows without a time, so that rows withdrawn
    by the source disappear. Older rows are replaced only if the query returns them again. Without a meta `time_column` all rows
    are replaced. dbt finds the macro by its name. -#}
{% macro get_incremental_reopen_sql(arg_dict) %}
    {%- set target = arg_dict['target_relation'] -%}
    {%- set time_column = config.meta_get('time_column') -%}
    {%- set since = reads_from() if time_column else none -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ target }}
    {%- if since %}
    where {{ time_column }} >= {{ since }} or {{ time_column }} is null
    {%- endif %};
    {%- if since and arg_dict['unique_key'] %}
    delete from {{ target }}
    where {{ arg_dict['unique_key'] }} in (select {{ arg_dict['unique_key'] }} from {{ arg_dict['temp_relation'] }});
    {%- endif %}
    insert into {{ target }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
{% endmacro %}
