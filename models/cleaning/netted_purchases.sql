-- Grain: raw row of order_lines that was bought and later taken back by a cancellation of its own: same customer, product,
-- price and number of pieces, negative. Per such group purchases (+1) and cancellations (-1) are run through in time; a
-- cancellation that brings the sum to a new low has no purchase before it in the data and nets nothing. The oldest purchases
-- are netted first, as many as cancellations are left. Lossy: partial cancellations net nothing. Read by order_line_fates.
with lines as (
    select
        record_id,
        customer_id,
        product_id,
        unit_price,
        abs(quantity) as pieces,
        ordered_at,
        case when quantity > 0 then 1 else -1 end as direction
    from {{ ref('stg_order_lines') }}
    where
        copy_number = 1
        and customer_id is not null
        and product_id is not null
        and ordered_at is not null
        and (
            (quantity > 0 and coalesce(status, '') not in ('cancelled', 'canceled'))
            or (quantity < 0 and status in ('cancelled', 'canceled'))
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

-- Each new low below zero is one cancellation without a purchase.
counted as (
    select
        record_id,
        direction,
        -least(min(running_sum) over (partition by customer_id, product_id, unit_price, pieces), 0) as unmatched_count,
        sum(case when direction = -1 then 1 else 0 end) over (
            partition by customer_id, product_id, unit_price, pieces
        ) as cancellation_count,
        row_number() over (
            partition by customer_id, product_id, unit_price, pieces, direction
            order by ordered_at nulls last, record_id nulls last
        ) as purchase_number
    from sums
)

select record_id
from counted
where direction = 1 and purchase_number <= cancellation_count - unmatched_count
