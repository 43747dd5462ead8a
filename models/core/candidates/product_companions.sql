-- Grain: cutoff × product × companion that may be recommended and was kept in one order with the product before the cutoff, the
-- most_companions best by pair_score = confidence × ln(1 + lift). Confidence alone would propose what all customers order, lift
-- alone what few order. lift is how many times more orders hold both than if the two were independent. Lossy, so that cost does
-- not grow with the square of the catalogue: orders of more than largest_order products are left out, since wholesale says
-- little about what goes together; pairs of fewer than fewest_orders orders, as chance; and companions beyond the best.
{%- set largest_order, fewest_orders, most_companions = 50, 3, 100 %}
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
        cast(count(*) as double) as order_count
    from orders
    group by cutoff_id
),

product_totals as (
    select
        cutoff_id,
        product_index,
        cast(count(*) as double) as order_count
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
    inner join {{ ref('cutoff_products') }} as offered
        on
            seconds.cutoff_id = offered.cutoff_id
            and seconds.product_index = offered.product_index
    group by firsts.cutoff_id, firsts.product_index, seconds.product_index
    having count(*) >= {{ fewest_orders }}
),

measured as (
    select
        pairs.*,
        pairs.pair_order_count / order_totals.order_count as support_share,
        pairs.pair_order_count / product_totals.order_count as confidence,
        pairs.pair_order_count * order_totals.order_count / product_totals.order_count / companion_totals.order_count as lift
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
),

ranked as (
    select
        *,
        confidence * ln(1 + lift) as pair_score,
        row_number() over (
            partition by cutoff_id, product_index
            order by confidence * ln(1 + lift) desc nulls last, companion_index asc nulls last
        ) as companion_rank
    from measured
)

select
    cutoff_id,
    product_index,
    companion_index,
    pair_order_count,
    support_share,
    confidence,
    lift,
    pair_score,
    companion_rank
from ranked
where companion_rank <= {{ most_companions }}
