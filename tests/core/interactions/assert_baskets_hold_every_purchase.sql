-- Catches orders that lose or duplicate purchases in baskets. Checks per cutoff: the purchases of known customers before the
-- cutoff, those of them neither returned nor reversed by then, and the number of orders.
with counted as (
    select
        cutoffs.cutoff_id,
        sum(baskets.purchase_count) as purchase_count,
        sum(baskets.purchase_count) filter (where {{ is_kept('baskets', 'cutoffs') }}) as kept_count,
        count(*) filter (where baskets.is_counted) as order_count
    from {{ ref('baskets') }} as baskets
    inner join {{ ref('cutoffs') }} as cutoffs on baskets.ordered_at < cutoffs.cutoff_at
    group by cutoffs.cutoff_id
),

expected as (
    select
        cutoffs.cutoff_id,
        count(*) as purchase_count,
        count(*) filter (
            where not purchases.is_returned and coalesce(purchases.reversed_at, cutoffs.cutoff_at) >= cutoffs.cutoff_at
        ) as kept_count,
        count(distinct concat_ws('|', purchases.customer_index, cast(purchases.occurred_at as date), purchases.order_id))
            as order_count
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
    where purchases.customer_index is not null
    group by cutoffs.cutoff_id
)

select
    expected.*,
    counted.purchase_count as found_purchase_count,
    counted.kept_count as found_kept_count,
    counted.order_count as found_order_count
from expected
inner join {{ ref('cutoffs') }} as cutoffs on expected.cutoff_id = cutoffs.cutoff_id
left join counted on expected.cutoff_id = counted.cutoff_id
where
    expected.purchase_count <> coalesce(counted.purchase_count, 0)
    or expected.kept_count <> coalesce(counted.kept_count, 0)
    or (cutoffs.purpose = 'live' and expected.order_count <> coalesce(counted.order_count, 0))
