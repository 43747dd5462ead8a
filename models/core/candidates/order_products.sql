-- Grain: cutoff × order with at least one kept purchase before the cutoff. product_indexes has the product of each kept order
-- line, unordered, with one entry per line.
{{ config(materialized='view') }}
select
    cutoffs.cutoff_id,
    purchases.order_id,
    array_agg(purchases.product_index) as product_indexes
from {{ ref('purchases') }} as purchases
inner join {{ ref('cutoffs') }} as cutoffs on purchases.occurred_at < cutoffs.cutoff_at
where {{ is_kept('purchases', 'cutoffs') }}
group by cutoffs.cutoff_id, purchases.order_id
