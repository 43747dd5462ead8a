{#- The mapped raw tables whose rows belong to a customer, in the order of the raw contract; requests to be forgotten aside. -#}
{% macro tables_of_customers() %}
    {%- set tables = [] -%}
    {%- for table, contract in raw_contract().items()
        if table in var('raw') and table != 'erasure_requests' and 'customer_id' in contract['columns'] -%}
        {%- do tables.append(table) -%}
    {%- endfor -%}
    {{ return(tables) }}
{% endmacro %}
