-- Grain: purchase: an order line; if no order lines are mapped, an event of type purchase. Never both, or a purchase would count
-- twice. Purchases of unknown customers stay, because they show what sells. is_discounted and is_repeat depend only on the line
-- and on earlier ones, so they are the same at every cutoff. From this model on, customers and products are integers. Times
-- follow the var evaluation_protocol.
{%- set smallest_discount = 0.02 %}   {#- share (0..1) of the list price; a smaller reduction is rounding, not a discount #}
with order_purchases as (
    select
        record_id as purchase_id,
        order_id,
        customer_id,
        product_id,
        quantity,
        unit_price,
        list_price,
        amount,
        is_returned,
        channel,
        device,
        country,
        cast(null as string) as session_id,
        ordered_at as occurred_at,
        reversed_at
    from {{ ref('clean_order_lines') }}
),

event_purchases as (
    select
        record_id as purchase_id,
        coalesce(session_id, record_id) as order_id,
        customer_id,
        product_id,
        cast(null as decimal(18, 3)) as quantity,
        cast(null as decimal(18, 4)) as unit_price,
        cast(null as decimal(18, 4)) as list_price,
        cast(null as decimal(18, 4)) as amount,
        false as is_returned,
        'unknown' as channel,
        device,
        country,
        session_id,
        occurred_at,
        cast(null as timestamp) as reversed_at
    from {{ ref('clean_events') }}
    where
        event_type = 'purchase'
        and product_id is not null
        and not {{ is_mapped('order_lines', 'order_id') }}
),

all_purchases as (
    select * from order_purchases
    union all
    select * from event_purchases
),

purchases as (
    select
        all_purchases.purchase_id,
        all_purchases.order_id,
        all_purchases.customer_id,
        all_purchases.product_id,
        all_purchases.quantity,
        all_purchases.unit_price,
        all_purchases.list_price,
        all_purchases.amount,
        all_purchases.is_returned,
        all_purchases.channel,
        all_purchases.device,
        all_purchases.country,
        all_purchases.session_id,
        {{ protocol_time('all_purchases.occurred_at', 'all_purchases.occurred_at', 'held_out') }} as occurred_at,
        {{ protocol_time('all_purchases.reversed_at', 'all_purchases.occurred_at', 'held_out') }} as reversed_at
    from all_purchases
    {%- if seam_is_on('held_out_interactions') %}
    left join {{ seam('held_out_interactions') }} as held_out
        on
            all_purchases.customer_id = held_out.customer_id
            and all_purchases.product_id = held_out.product_id
    {%- endif %}
),

known_purchases as (
    select
        purchases.*,
        products.product_index,
        customers.customer_index,
        cast(purchases.occurred_at as date) as purchase_date
    from purchases
    inner join {{ ref('clean_products') }} as products on purchases.product_id = products.product_id
    left join {{ ref('clean_customers') }} as customers on purchases.customer_id = customers.customer_id
),

-- Purchases on the same day are one occasion; only a purchase on an earlier day makes the next one a repeat.
purchase_dates as (
    select
        customer_index,
        product_index,
        purchase_date,
        lag(purchase_date) over (
            partition by customer_index, product_index order by purchase_date asc nulls last
        ) as previous_purchase_date
    from known_purchases
    where customer_index is not null
    group by customer_index, product_index, purchase_date
),

repeats as (
    select
        customer_index,
        product_index,
        purchase_date,
        previous_purchase_date
    from purchase_dates
    where previous_purchase_date is not null
)

select
    purchases.purchase_id,
    purchases.order_id,
    purchases.customer_index,
    purchases.product_index,
    purchases.quantity,
    purchases.unit_price,
    purchases.amount,
    purchases.unit_price < cast(purchases.list_price as decimal(38, 4)) * (1 - {{ smallest_discount }}) as is_discounted,
    purchases.is_returned,
    repeats.previous_purchase_date is not null as is_repeat,
    repeats.previous_purchase_date,
    purchases.channel,
    purchases.device,
    purchases.country,
    purchases.session_id,
    purchases.occurred_at,
    purchases.reversed_at
from known_purchases as purchases
left join repeats
    on
        purchases.customer_index = repeats.customer_index
        and purchases.product_index = repeats.product_index
        and purchases.purchase_date = repeats.purchase_date
