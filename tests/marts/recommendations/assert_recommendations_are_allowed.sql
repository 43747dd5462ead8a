-- Catches a product nobody should be shown: one that cannot be bought now, one the customer dislikes, and, where
-- repeat_policy is never, one the customer already has.
with touched as (
    select distinct
        customer_id,
        product_id
    from {{ ref('interactions') }}
)

select
    recommendations.customer_id,
    recommendations.product_id,
    products.is_available,
    disliked.product_id as disliked_product_id
from {{ ref('recommendations') }} as recommendations
left join {{ ref('clean_products') }} as products on recommendations.product_id = products.product_id
left join {{ ref('disliked_products') }} as disliked
    on
        recommendations.customer_id = disliked.customer_id
        and recommendations.product_id = disliked.product_id
        and disliked.cutoff_id = 'live'
left join touched
    on
        recommendations.customer_id = touched.customer_id
        and recommendations.product_id = touched.product_id
where
    not coalesce(products.is_available, false)
    or disliked.product_id is not null
    or ('{{ var("repeat_policy") }}' = 'never' and touched.product_id is not null)
