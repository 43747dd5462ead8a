-- Grain: customer × held-out product, at one cutoff each. Fills the seam held_out_interactions under the protocol
-- `leave_last_out`, for data whose times give only an order. The last product of a customer is the label of the newest test
-- cutoff, the second-last the label of the cutoff before, and so on. Each customer keeps at least one product as history. Lossy:
-- none; all other purchases and events keep their order.
{{ config(enabled=seam_is_on('held_out_interactions'), access='protected') }}
with touches as (
    select
        customer_id,
        product_id,
        ordered_at as happened_at
    from {{ ref('clean_order_lines') }}
    where reversed_at is null
    union all
    select
        events.customer_id,
        events.product_id,
        events.occurred_at as happened_at
    from {{ ref('clean_events') }} as events
    inner join {{ ref('event_weights') }} as event_weights on events.event_type = event_weights.event_type
    where event_weights.weight > 0
),

products_in_order as (
    select
        customer_id,
        product_id,
        row_number() over (
            partition by customer_id
            order by
                max(happened_at) desc nulls last,
                md5(customer_id || ':' || product_id) asc nulls last,
                product_id asc nulls last
        ) as products_back,
        count(*) over (partition by customer_id) as product_count
    from touches
    where customer_id is not null and product_id is not null
    group by customer_id, product_id
),

past_cutoffs as (
    select
        cutoff_id,
        cutoff_at,
        row_number() over (order by cutoff_at desc nulls last, cutoff_id asc nulls last) as cutoffs_back
    from {{ ref('cutoffs') }}
    where purpose <> 'live'
)

select
    products.customer_id,
    products.product_id,
    past_cutoffs.cutoff_id,
    past_cutoffs.cutoff_at
from products_in_order as products
inner join past_cutoffs on products.products_back = past_cutoffs.cutoffs_back
where products.products_back < products.product_count
