-- Grain: cutoff × customer with an order before the cutoff. How large the orders are of which something was kept, and which share
-- of all purchases was discounted, taken back or repeated.
with summed as (
    select
        cutoff_id,
        customer_index,
        count(*) filter (where kept_count > 0) as order_count,
        cast(sum(purchase_count) as double) as purchase_count,
        cast(sum(kept_count) as double) as kept_count,
        cast(sum(piece_count) as double) as piece_count,
        cast(sum(amount) as double) as amount,
        cast(sum(comparable_count) as double) as comparable_count,
        cast(sum(discounted_count) as double) as discounted_count,
        cast(sum(repeat_count) as double) as repeat_count
    from {{ ref('baskets') }}
    group by cutoff_id, customer_index
)

select
    cutoff_id,
    customer_index,
    kept_count / nullif(order_count, 0) as purchases_per_order,
    piece_count / nullif(order_count, 0) as pieces_per_order,
    amount / nullif(order_count, 0) as amount_per_order,
    discounted_count / nullif(comparable_count, 0) as discounted_share,
    (purchase_count - kept_count) / purchase_count as returned_share,
    repeat_count / purchase_count as repeated_share
from summed
