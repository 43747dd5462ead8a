-- Catches artefacts of a library that runs out of products or customers: placeholder scores, padded product ids, and lists for
-- customers without a list at the cutoff. Also catches products that are not recommendable at the cutoff, a product twice in a
-- list, and scores that do not fall.
with ordered as (
    select
        *,
        lag(score) over (partition by source, cutoff_id, customer_index order by source_rank nulls last) as score_before,
        count(*) over (partition by source, cutoff_id, customer_index, product_index) as times
    from {{ ref('candidates') }}
)

select
    ordered.source,
    ordered.cutoff_id,
    ordered.customer_index,
    ordered.product_index,
    ordered.score
from ordered
left join {{ ref('cutoff_customers') }} as customers
    on
        ordered.cutoff_id = customers.cutoff_id
        and ordered.customer_index = customers.customer_index
left join {{ ref('cutoff_products') }} as products
    on
        ordered.cutoff_id = products.cutoff_id
        and ordered.product_index = products.product_index
where
    customers.customer_index is null
    or products.product_index is null
    or not coalesce(abs(ordered.score) < 1e30, false)
    or ordered.score > ordered.score_before
    or ordered.times > 1
