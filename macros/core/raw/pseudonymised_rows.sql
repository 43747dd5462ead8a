{#- A query of the rows of a mapped raw table as mapped_rows gives them, with the pseudonym in the place of the customer's raw id. Rows of
    customers who are not in customer_identities, because they asked to be forgotten, are left out; rows without a customer stay, as do those of an
    id that all guests share, without the id.
    Requests to be forgotten keep theirs, by a pseudonym that nothing else bears. -#}
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
