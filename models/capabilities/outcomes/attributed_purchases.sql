-- Grain: purchase line of a product that was shown to the customer at most outcome_window_days earlier: the impression that
-- earns it. Last touch: the latest impression of the product to the customer earns the whole line, so that no line counts
-- twice. The rejected alternative shares a line out over all impressions in the window, which gives each position a part of
-- purchases that it did not cause. Fully reversed lines are left out. An impression whose window is not complete earns nothing.
with touches as (
    select
        purchases.purchase_id,
        purchases.order_id,
        purchases.amount,
        purchases.quantity,
        impressions.record_id,
        impressions.cost,
        row_number() over (
            partition by purchases.purchase_id
            order by
                impressions.shown_at desc nulls last,
                impressions.position asc nulls last,
                impressions.record_id asc nulls last
        ) as latest
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('outcome_impressions') }} as impressions
        on
            purchases.customer_index = impressions.customer_index
            and purchases.product_index = impressions.product_index
            and purchases.occurred_at >= impressions.shown_at
            and purchases.occurred_at < {{ outcome_window_end('impressions.shown_at') }}
    where purchases.reversed_at is null
)

select
    purchase_id,
    order_id,
    record_id,
    cast(amount as double) as revenue,
    cast(amount as double) - cast(quantity as double) * cast(cost as double) as margin
from touches
where latest = 1
