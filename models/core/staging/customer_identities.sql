-- Grain: customer of any raw table who did not ask to be forgotten: the raw id, and the pseudonym that stands for it everywhere
-- else. The only table that leads back to a person, so it lies in a schema of its own. Each id is hashed once here, and not
-- once per raw row, which would be twenty times as dear. Two ids with one pseudonym break its key and stop the build. An id that
-- most rows of a shop have is no customer but the shared id of guests: staging leaves it out of their rows (is_shared).
{{ config(schema='restricted', grants={} if target.type == 'duckdb' else {'select': ['privacy_office']}) }}
{%- set fewest_others = 20 %}   {#- customers beside the id; in a shop of fewer, one customer may buy most #}
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
