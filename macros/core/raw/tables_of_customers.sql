{#- The mapped raw tables with a customer_id, in the order of the raw contract, except erasure_requests. -#}
{% macro tables_of_customers() %}
    {%- set tables = [] -%}
    {%- for table, contract in raw_contract().items()
        if table in var('raw') and table != 'erasure_requests' and 'customer_id' in contract['columns'] -%}
        {%- do tables.append(table) -%}
    {%- endfor -%}
    {{ return(tables) }}
{% endmacro %}
