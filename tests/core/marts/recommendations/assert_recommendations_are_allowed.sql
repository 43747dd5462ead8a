-- Catches a product nobody should be shown: one that cannot be bought now, one the customer dislikes, and one the
-- customer already has where the repeat policy of its category, else the var repeat_policy, is never, or replenishable
-- and it isn't due.
with touched as (
    select distinct
        customer_id,
        product_id
    from {{ ref('interactions') }}
    where undone_at is null
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
left join {{ ref('repeat_policies') }} as policies on lower(products.category) = lower(policies.category)
left join {{ ref('due_products') }} as due
    on
        recommendations.customer_id = due.customer_id
        and recommendations.product_id = due.product_id
        and due.cutoff_id = 'live'
where
    not coalesce(products.is_available, false)
    or disliked.product_id is not null
    or (
        touched.product_id is not null
        and case coalesce(policies.repeat_policy, '{{ var("repeat_policy") }}')
            when 'never' then true
            when 'replenishable' then due.product_id is null
            else false
        end
    )
