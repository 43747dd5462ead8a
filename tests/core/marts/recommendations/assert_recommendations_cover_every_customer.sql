-- Catches a missing customer: every customer has a full list, or a row in short_lists with the reason and the right count.
with lengths as (
    select
        customer_id,
        count(*) as product_count
    from {{ ref('recommendations') }}
    group by customer_id
)

select
    customers.customer_id,
    coalesce(lengths.product_count, 0) as product_count,
    short_lists.product_count as reported_count
from {{ ref('clean_customers') }} as customers
left join lengths on customers.customer_id = lengths.customer_id
left join {{ ref('short_lists') }} as short_lists on customers.customer_id = short_lists.customer_id
where
    coalesce(lengths.product_count, 0) <> coalesce(short_lists.product_count, {{ var('list_length') }})
    or coalesce(lengths.product_count, 0) > {{ var('list_length') }}
