-- Catches orders that lose or double purchases on their way into baskets: per cutoff, those of known customers before it, and of
-- these the ones neither returned nor undone by then.
with counted as (
    select
        cutoff_id,
        sum(purchase_count) as purchase_count,
        sum(kept_count) as kept_count
    from {{ ref('baskets') }}
    group by cutoff_id
),

expected as (
    select
        cutoffs.cutoff_id,
        count(*) as purchase_count,
        count(*) filter (
            where not purchases.is_returned and coalesce(purchases.undone_at, cutoffs.cutoff_at) >= cutoffs.cutoff_at
        ) as kept_count
    from {{ ref('purchases') }} as purchases
    inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
    where purchases.customer_index is not null
    group by cutoffs.cutoff_id
)

select
    expected.cutoff_id,
    expected.purchase_count,
    counted.purchase_count as found_purchase_count,
    expected.kept_count,
    counted.kept_count as found_kept_count
from expected
left join counted on expected.cutoff_id = counted.cutoff_id
where
    expected.purchase_count <> coalesce(counted.purchase_count, 0)
    or expected.kept_count <> coalesce(counted.kept_count, 0)
