-- Grain: cutoff × order of which something was kept before the cutoff. product_indexes are the products of its lines that were,
-- in no order, a product once per line.
{{ config(materialized='view') }}
select
    cutoffs.cutoff_id,
    purchases.order_id,
    array_agg(purchases.product_index) as product_indexes
from {{ ref('purchases') }} as purchases
inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
where {{ is_kept('purchases', 'cutoffs') }}
group by cutoffs.cutoff_id, purchases.order_id
