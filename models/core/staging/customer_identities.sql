-- Grain: customer of any raw table who did not request erasure. Maps the raw id to the pseudonym that replaces it everywhere
-- else. This is the only table that leads back to a person, so it has its own schema. Each id is hashed once here: hashing it
-- once per raw row would cost twenty times as much. If two ids get the same pseudonym, the unique key fails and stops the build.
-- An id with most of a shop's rows is not a customer but the shared id of guests (is_shared): staging sets customer_id to NULL in
-- its rows.
{{ config(schema='restricted', grants={} if target.type in ('duckdb', 'spark') else {'select': ['privacy_office']}) }}
{%- set fewest_others = 20 %}   {#- ids besides this one; in a smaller shop a single customer may account for most rows #}
with delivered as (
    {%- for table in tables_of_customers() %}
    select
        '{{ table }}' as raw_table,
        customer_id as raw_customer_id,
        count(*) as row_count
    from ({{ mapped_rows(table) }}) as {{ table }}
    where customer_id is not null
    group by customer_id
    union all
    {%- endfor %}
    select
        'none' as raw_table,
        cast(null as string) as raw_customer_id,
        0 as row_count
),

erased as (
    {{ erased_ids() }}
),

shares as (
    select
        raw_customer_id,
        raw_table in ('order_lines', 'events')
        and count(*) over (partition by raw_table) > {{ fewest_others }}
        and row_count > 0.5 * sum(row_count) over (partition by raw_table) as has_most_rows
    from delivered
),

customers as (
    select
        shares.raw_customer_id,
        bool_or(shares.has_most_rows) as is_shared
    from shares
    left join erased on shares.raw_customer_id = erased.raw_customer_id
    where shares.raw_customer_id is not null and erased.raw_customer_id is null
    group by shares.raw_customer_id
)

select
    raw_customer_id,
    {{ pseudonym('raw_customer_id') }} as customer_id,
    is_shared
from customers
