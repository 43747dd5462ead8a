-- Grain: cutoff (test, live) × customer × product the customer bought and is due to buy again: it has a cycle
-- (product_cycles: at least fewest_gaps gaps of its own and a shape above 1, without which the chance of a
-- purchase only falls with time), and due_share of it has passed since the customer's last purchase.
{%- set fewest_gaps = 5 %}   {#- gaps between purchases of a product, by anyone, that make a cycle of its own #}
with last_purchases as (
    select
        cutoff_id,
        customer_index,
        product_index,
        max(purchase_date) as purchase_date
    from {{ ref('purchase_gaps') }}
    group by cutoff_id, customer_index, product_index
)

select
    last_purchases.cutoff_id,
    last_purchases.customer_index,
    last_purchases.product_index
from last_purchases
inner join {{ ref('cutoffs') }} as cutoffs
    on
        last_purchases.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose <> 'tune'
inner join {{ ref('product_cycles') }} as cycles
    on
        last_purchases.cutoff_id = cycles.cutoff_id
        and last_purchases.product_index = cycles.product_index
where
    cycles.gap_count >= {{ fewest_gaps }}
    and cycles.cycle_shape > 1
    and {{ days_between('last_purchases.purchase_date', 'cast(cutoffs.cutoff_at as date)') }}
    >= cycles.cycle_days * {{ var('due_share') }}
