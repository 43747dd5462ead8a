-- Grain: cutoff × order of one customer with at least one purchase before the cutoff, as it was known then. A purchase is kept
-- unless it was returned or undone before the cutoff; an order of which nothing was kept stays, with counts of zero. Lines are
-- first added up per order without regard to the cutoff, so that the cutoffs share the work.
with order_parts as (
    select
        customer_index,
        order_id,
        occurred_at,
        undone_at,
        is_returned,
        min(channel) as channel,
        count(*) as purchase_count,
        sum(quantity) as piece_count,
        sum(amount) as amount,
        count(is_discounted) as comparable_count,
        count(*) filter (where is_discounted) as discounted_count,
        count(*) filter (where is_repeat) as repeat_count
    from {{ ref('purchases') }}
    where customer_index is not null
    group by customer_index, order_id, occurred_at, undone_at, is_returned
)

select
    cutoffs.cutoff_id,
    order_parts.customer_index,
    order_parts.order_id,
    min(order_parts.occurred_at) as ordered_at,
    min(order_parts.channel) as channel,
    sum(order_parts.purchase_count) as purchase_count,
    coalesce(sum(order_parts.purchase_count) filter (where {{ is_kept('order_parts', 'cutoffs') }}), 0) as kept_count,
    sum(order_parts.piece_count) filter (where {{ is_kept('order_parts', 'cutoffs') }}) as piece_count,
    sum(order_parts.amount) filter (where {{ is_kept('order_parts', 'cutoffs') }}) as amount,
    sum(order_parts.comparable_count) as comparable_count,
    sum(order_parts.discounted_count) as discounted_count,
    sum(order_parts.repeat_count) as repeat_count
from order_parts
inner join {{ ref('cutoffs') }} as cutoffs on order_parts.occurred_at < cutoffs.cutoff_at
group by cutoffs.cutoff_id, order_parts.customer_index, order_parts.order_id
