{#- The rows of mapped_rows, with the customer's pseudonym instead of the raw id. Rows of customers who are not in
    customer_identities, because they requested erasure, are excluded. Rows without a customer stay. Rows of an id shared by all
    guests also stay, with customer_id NULL. Erasure requests keep a customer_id: a pseudonym that no other table contains. -#}
{% macro pseudonymised_rows(table, since=none) -%}
    {%- set columns = raw_contract()[table]['columns'] -%}
    {%- if 'customer_id' not in columns -%}
    {{ mapped_rows(table, since) }}
    {%- else -%}
    {%- set joins = table != 'erasure_requests' -%}
    select
    {%- for column in columns %}
        {%- if column != 'customer_id' %}
        delivered.{{ column }}
        {%- elif joins %}
        case when not identities.is_shared then identities.customer_id end as customer_id
        {%- else %}
        {{ pseudonym('delivered.customer_id') }} as customer_id
        {%- endif %}{{ ',' if not loop.last or var('raw')[table].identity }}
    {%- endfor %}
    {%- if var('raw')[table].identity %}
        delivered.raw_identity
    {%- endif %}
    from (
        {{ mapped_rows(table, since) | indent(4) }}
    ) as delivered
    {%- if joins %}
    left join {{ ref('customer_identities') }} as identities on delivered.customer_id = identities.raw_customer_id
    where delivered.customer_id is null or identities.customer_id is not null
    {%- endif %}
    {%- endif %}
{%- endmacro %}
