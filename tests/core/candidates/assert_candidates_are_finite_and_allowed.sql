-- Catches what a library leaves behind when it runs out of products or customers: placeholder scores, padded product ids,
-- lists for customers nobody asked about, products that may not be recommended at that cutoff.
with candidates as (
    {{ proposed_candidates() }}
)

select
    candidates.source,
    candidates.cutoff_id,
    candidates.customer_index,
    candidates.product_index,
    candidates.score
from candidates
left join {{ ref('cutoff_customers') }} as customers
    on
        candidates.cutoff_id = customers.cutoff_id
        and candidates.customer_index = customers.customer_index
left join {{ ref('cutoff_products') }} as products
    on
        candidates.cutoff_id = products.cutoff_id
        and candidates.product_index = products.product_index
where
    customers.customer_index is null
    or products.product_index is null
    or not coalesce(abs(candidates.score) < 1e30, false)
