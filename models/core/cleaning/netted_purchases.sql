-- Grain: raw row of order_lines that was bought and later taken back by a cancellation of its own: same customer, product,
-- price and number of pieces, negative. Per such group purchases (+1) and cancellations (-1) are run through in time; a
-- cancellation that brings the sum to a new low has no purchase before it in the data and nets nothing. Of the others the
-- k-th takes back the k-th purchase at cancelled_at. Whether a cancellation nets, and what, follows from the lines before it,
-- so that a cutoff before it doesn't feel it. Lossy: partial cancellations net nothing.
with lines as (
    select
        order_lines.record_id,
        order_lines.customer_id,
        order_lines.product_id,
        order_lines.unit_price,
        abs(order_lines.quantity) as pieces,
        order_lines.ordered_at,
        case when order_lines.quantity > 0 then 1 else -1 end as direction
    from {{ ref('stg_order_lines') }} as order_lines
    cross join {{ ref('as_of') }} as as_of
    where
        order_lines.copy_number = 1
        and order_lines.customer_id is not null
        and order_lines.product_id is not null
        and order_lines.ordered_at <= as_of.as_of
        and (
            (order_lines.quantity > 0 and coalesce(order_lines.status, '') not in ('cancelled', 'canceled'))
            or (order_lines.quantity < 0 and order_lines.status in ('cancelled', 'canceled'))
        )
),

cancelled_groups as (
    select distinct
        customer_id,
        product_id,
        unit_price,
        pieces
    from lines
    where direction = -1
),

sums as (
    select
        lines.*,
        sum(lines.direction) over (
            partition by lines.customer_id, lines.product_id, lines.unit_price, lines.pieces
            order by lines.ordered_at asc nulls last, lines.direction desc nulls last, lines.record_id asc nulls last
            rows between unbounded preceding and current row
        ) as running_sum
    from lines
    inner join cancelled_groups
        on
            lines.customer_id = cancelled_groups.customer_id
            and lines.product_id = cancelled_groups.product_id
            and lines.unit_price = cancelled_groups.unit_price
            and lines.pieces = cancelled_groups.pieces
),

lows as (
    select
        *,
        min(running_sum) over (
            partition by customer_id, product_id, unit_price, pieces
            order by ordered_at asc nulls last, direction desc nulls last, record_id asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as lowest_sum_before
    from sums
),

-- A new low below zero is a cancellation without a purchase.
numbered as (
    select
        *,
        row_number() over (
            partition by customer_id, product_id, unit_price, pieces, direction
            order by ordered_at asc nulls last, record_id asc nulls last
        ) as place
    from lows
    where direction = 1 or running_sum >= least(coalesce(lowest_sum_before, 0), 0)
)

select
    purchases.record_id,
    cancellations.ordered_at as cancelled_at
from numbered as purchases
inner join numbered as cancellations
    on
        purchases.customer_id = cancellations.customer_id
        and purchases.product_id = cancellations.product_id
        and purchases.unit_price = cancellations.unit_price
        and purchases.pieces = cancellations.pieces
        and purchases.place = cancellations.place
where purchases.direction = 1 and cancellations.direction = -1
