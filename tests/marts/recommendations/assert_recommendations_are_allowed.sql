-- Catches a product nobody should be shown: one that cannot be bought now, one the customer dislikes, and, where repeat_policy is
-- never, one the customer already has.
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
    feedback.verdict
from {{ ref('recommendations') }} as recommendations
left join {{ ref('clean_products') }} as products on recommendations.product_id = products.product_id
left join {{ ref('clean_feedback') }} as feedback
    on
        recommendations.customer_id = feedback.customer_id
        and recommendations.product_id = feedback.product_id
left join touched
    on
        recommendations.customer_id = touched.customer_id
        and recommendations.product_id = touched.product_id
where
    not coalesce(products.is_available, false)
    or feedback.verdict = 'dislike'
    or ('{{ var("repeat_policy") }}' = 'never' and touched.product_id is not null)
