-- Grain: cutoff × product × companion, two products that stood in one order before the cutoff. Lossy: orders of more than
-- pair_largest_order products are left out, since wholesale says little of what goes together and its pairs grow with the square;
-- pairs of fewer than pair_fewest_orders orders are left out as chance. lift is how many times more orders hold both than if the
-- two had nothing to do with each other.
{%- set largest_order, fewest_orders = 50, 3 %}   {#- products of an order beyond which it tells nothing of what goes together; orders #}
with lines as (
    select
        cutoffs.cutoff_id,
        purchases.order_id,
        purchases.product_index
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
    where {{ is_kept('purchases', 'cutoffs') }}
    group by cutoffs.cutoff_id, purchases.order_id, purchases.product_index
),

orders as (
    select
        cutoff_id,
        order_id
    from lines
    group by cutoff_id, order_id
    having count(*) <= {{ largest_order }}
),

order_products as (
    select
        lines.cutoff_id,
        lines.order_id,
        lines.product_index
    from lines
    inner join orders
        on
            lines.cutoff_id = orders.cutoff_id
            and lines.order_id = orders.order_id
),

order_totals as (
    select
        cutoff_id,
        count(*) as order_count
    from orders
    group by cutoff_id
),

product_totals as (
    select
        cutoff_id,
        product_index,
        count(*) as order_count
    from order_products
    group by cutoff_id, product_index
),

pairs as (
    select
        firsts.cutoff_id,
        firsts.product_index,
        seconds.product_index as companion_index,
        count(*) as pair_order_count
    from order_products as firsts
    inner join order_products as seconds
        on
            firsts.cutoff_id = seconds.cutoff_id
            and firsts.order_id = seconds.order_id
            and firsts.product_index <> seconds.product_index
    group by firsts.cutoff_id, firsts.product_index, seconds.product_index
    having count(*) >= {{ fewest_orders }}
)

select
    pairs.cutoff_id,
    pairs.product_index,
    pairs.companion_index,
    pairs.pair_order_count,
    pairs.pair_order_count / cast(order_totals.order_count as double) as support_share,
    pairs.pair_order_count / cast(product_totals.order_count as double) as confidence,
    pairs.pair_order_count * cast(order_totals.order_count as double)
    / product_totals.order_count / companion_totals.order_count as lift
from pairs
inner join order_totals on pairs.cutoff_id = order_totals.cutoff_id
inner join product_totals
    on
        pairs.cutoff_id = product_totals.cutoff_id
        and pairs.product_index = product_totals.product_index
inner join product_totals as companion_totals
    on
        pairs.cutoff_id = companion_totals.cutoff_id
        and pairs.companion_index = companion_totals.product_index
