{#- Selects the columns of a contract from a query, in their order and types. -#}
{% macro spark__get_select_subquery(sql) %}
    select
    {%- for column in model['columns'].values() %}
        cast({{ adapter.quote(column.name) }} as {{ spark_type(column.data_type) }}) as {{ adapter.quote(column.name) }}{{ ',' if not loop.last }}
    {%- endfor %}
    from (
        {{ sql }}
    ) as model_subq
{% endmacro %}
