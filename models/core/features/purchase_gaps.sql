-- Grain: cutoff × customer × product × day on which the customer bought and kept the product, as known at the cutoff. Several
-- purchases of one day are one occasion.
with purchase_days as (
    select
        cutoffs.cutoff_id,
        purchases.customer_index,
        purchases.product_index,
        cast(purchases.occurred_at as date) as purchase_date
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
    where purchases.customer_index is not null and {{ is_kept('purchases', 'cutoffs') }}
    group by cutoffs.cutoff_id, purchases.customer_index, purchases.product_index, cast(purchases.occurred_at as date)
)

select
    cutoff_id,
    customer_index,
    product_index,
    purchase_date,
    {{ days_between(
        'lag(purchase_date) over (partition by cutoff_id, customer_index, product_index order by purchase_date asc nulls last)',
        'purchase_date'
    ) }} as gap_days
from purchase_days
