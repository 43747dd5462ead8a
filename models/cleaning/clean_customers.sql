-- Grain: customer. Everybody who is in the customer table or did something: a company without a customer table still gets
-- lists, and an order of somebody the table doesn't know isn't lost. Several contents of one customer_id: the newest sign-up
-- stands, then the record_id. customer_index numbers the customers for matrices, in the order of their ids. Read by
-- cutoff_customers and by every model that builds a matrix.
with contents as (
    select
        customer_id,
        signed_up_at,
        row_number() over (
            partition by customer_id order by signed_up_at desc nulls last, record_id asc nulls last
        ) as preference
    from {{ ref('customer_fates') }}
    where rejection_reason is null
),

registered as (
    select
        customer_id,
        signed_up_at
    from contents
    where preference = 1
),

active as (
    select customer_id from {{ ref('clean_order_lines') }}
    where customer_id is not null
    union
    select customer_id from {{ ref('clean_events') }}
    where customer_id is not null
),

customers as (
    select
        coalesce(registered.customer_id, active.customer_id) as customer_id,
        registered.signed_up_at,
        registered.customer_id is not null as is_registered
    from registered
    full outer join active on registered.customer_id = active.customer_id
)

select
    customer_id,
    row_number() over (order by customer_id nulls last) - 1 as customer_index,
    signed_up_at,
    is_registered
from customers
