-- Grain: day × product × channel: sales up to as_of, without customers. Purchases of customers who refuse personalisation are
-- excluded, as in all learning; anonymous purchases are included. A purchase counts on the day of the order. Later returns and
-- refunds are counted separately and excluded from pieces and amounts. Lossy: a channel with few purchases or few known customers
-- becomes unknown, because a rare text may contain anything.
{%- set limit = var('smallest_published_cell') %}
with lines as (
    select
        cast(purchases.occurred_at as date) as sold_on,
        purchases.product_index,
        purchases.channel,
        purchases.quantity,
        purchases.amount,
        purchases.is_repeat,
        {{ is_kept('purchases', 'cutoffs') }} as is_kept
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            cutoffs.purpose = 'live'
            and purchases.occurred_at < cutoffs.cutoff_at
),

channels as (
    select purchases.channel
    from {{ ref('purchases') }} as purchases
    group by purchases.channel
    having
        count(*) >= {{ limit }}
        and {{ marked_customers(customer_marks('purchases.customer_index')) }} not between 1 and {{ limit | int - 1 }}
)

select
    lines.sold_on,
    products.product_id,
    coalesce(channels.channel, 'unknown') as channel,
    count(*) as purchase_count,
    count(*) filter (where not lines.is_kept) as returned_count,
    count(*) filter (where lines.is_repeat) as repeat_count,
    cast(sum(case when lines.is_kept then lines.quantity end) as decimal(38, 3)) as pieces,
    cast(sum(case when lines.is_kept then lines.amount end) as decimal(38, 4)) as amount
from lines
inner join {{ ref('clean_products') }} as products on lines.product_index = products.product_index
left join channels on lines.channel = channels.channel
group by lines.sold_on, products.product_id, coalesce(channels.channel, 'unknown')
