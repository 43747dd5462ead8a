{#- Customers and rows of a raw table that are not read because somebody asked to be forgotten: a query over the CTE erased. -#}
{% macro erased_rows_of(table) -%}
    {%- if table in tables_of_customers() and 'erasure_requests' in var('raw') -%}
    select
        '{{ table }}' as raw_table,
        count(distinct erased.raw_customer_id) as customer_count,
        count(*) as row_count
    from ({{ mapped_rows(table) }}) as delivered
    inner join erased on trim(delivered.customer_id) = erased.raw_customer_id
    {%- else -%}
    select
        '{{ table }}' as raw_table,
        0 as customer_count,
        0 as row_count
    {%- endif -%}
{%- endmacro %}
