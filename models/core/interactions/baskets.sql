-- Grain: order of a known customer × time × outcome of its lines. Returned, simultaneously reversed and valid lines are summed
-- separately, so that each cutoff can count the purchases that it knew as kept (macro is_kept). is_counted marks one
-- row per order and day: the row that stays valid longest, or the earliest of these. The order counts as kept as long as that row
-- does. Lines added to an order on another day count as another order; otherwise a later delivery would change what an earlier
-- cutoff counts.
with order_parts as (
    select
        customer_index,
        order_id,
        occurred_at as ordered_at,
        reversed_at,
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
    group by customer_index, order_id, occurred_at, reversed_at, is_returned
)

select
    customer_index,
    ordered_at,
    reversed_at,
    is_returned,
    row_number() over (
        partition by customer_index, order_id, cast(ordered_at as date)
        order by is_returned asc nulls last, reversed_at desc nulls first, ordered_at asc nulls last
    ) = 1 as is_counted,
    channel,
    purchase_count,
    piece_count,
    amount,
    comparable_count,
    discounted_count,
    repeat_count
from order_parts
