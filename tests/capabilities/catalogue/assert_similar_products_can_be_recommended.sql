-- Catches a similar product that cannot be recommended now, a product that is similar to itself, and a similarity without
-- evidence of its kind.
select
    similar_products.product_id,
    similar_products.kind,
    similar_products.similar_id
from {{ ref('similar_products') }} as similar_products
left join {{ ref('clean_products') }} as neighbours on similar_products.similar_id = neighbours.product_id
left join {{ ref('cutoff_products') }} as offered
    on
        neighbours.product_index = offered.product_index
        and offered.cutoff_id = 'live'
where
    offered.product_index is null
    or similar_products.product_id = similar_products.similar_id
    or (similar_products.kind = 'behaviour' and similar_products.common_customer_count = 0)
    or (similar_products.kind = 'content' and similar_products.shared_term_count = 0)
    or (similar_products.common_customer_count = 0 and similar_products.shared_term_count = 0)
