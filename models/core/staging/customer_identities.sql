-- Grain: customer of any raw table who did not ask to be forgotten: the raw id, and the pseudonym that stands for it everywhere
-- else. The only table that leads back to a person, so it lies in a schema of its own. Each id is hashed once here, and not
-- once per raw row, which would be twenty times as dear. Two ids with one pseudonym break its key and stop the build.
{{ config(schema='restricted', grants={} if target.type == 'duckdb' else {'select': ['privacy_office']}) }}
with delivered as (
    {%- for table in tables_of_customers() %}
    select trim(customer_id) as raw_customer_id
    from ({{ mapped_rows(table) }}) as {{ table }}
    union all
    {%- endfor %}
    select cast(null as string) as raw_customer_id
),

erased as (
    {{ erased_ids() }}
),

customers as (
    select distinct delivered.raw_customer_id
    from delivered
    left join erased on delivered.raw_customer_id = erased.raw_customer_id
    where delivered.raw_customer_id is not null and erased.raw_customer_id is null
)

select
    raw_customer_id,
    {{ pseudonym('raw_customer_id') }} as customer_id
from customers
