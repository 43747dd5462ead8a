{#- The pairs of tables that must share ids, as (table, counterpart, column). Product ids are compared with the catalogue, else
    with order lines, else with events. Customer ids are compared with order lines, else with events. -#}
{% macro met_ids() %}
    {%- set pairs = [] -%}
    {%- for column, counterparts in {
        'product_id': ['products', 'order_lines', 'events'], 'customer_id': ['order_lines', 'events'],
    }.items() -%}
        {%- set counterpart = counterparts | select('in', var('raw')) | first -%}
        {%- for table, contract in raw_contract().items()
            if table in var('raw') and column in contract['columns'] and table not in (counterpart, 'erasure_requests') -%}
            {%- do pairs.append((table, counterpart, column)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(pairs) }}
{% endmacro %}
