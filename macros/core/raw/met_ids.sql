{#- Which tables must hold the same ids, as (table, counterpart, column): products with the catalogue, or with orders where there is no
    catalogue; customers with orders, or with events where there are no orders. -#}
{% macro met_ids() %}
    {%- set pairs = [] -%}
    {%- for column, counterparts in {'product_id': ['products', 'order_lines', 'events'], 'customer_id': ['order_lines', 'events']}.items() -%}
        {%- set counterpart = counterparts | select('in', var('raw')) | first -%}
        {%- for table, contract in raw_contract().items()
            if table in var('raw') and column in contract['columns'] and table not in (counterpart, 'erasure_requests') -%}
            {%- do pairs.append((table, counterpart, column)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(pairs) }}
{% endmacro %}
