-- Catches a product nobody should be shown: one that cannot be bought now, one the customer dislikes, and one the
-- customer already has where the repeat policy of its category, else the var repeat_policy, is never, or replenishable
-- and it isn't due.
with touched as (
    select distinct
        customer_index,
        product_index
    from {{ ref('interactions') }}
    where undone_at is null
)

select
    recommendations.customer_id,
    recommendations.product_id,
    products.is_available,
    disliked.product_index as disliked_product_index
from {{ ref('recommendations') }} as recommendations
left join {{ ref('clean_customers') }} as customers on recommendations.customer_id = customers.customer_id
left join {{ ref('clean_products') }} as products on recommendations.product_id = products.product_id
left join {{ ref('disliked_products') }} as disliked
    on
        customers.customer_index = disliked.customer_index
        and products.product_index = disliked.product_index
        and disliked.cutoff_id = 'live'
left join touched
    on
        customers.customer_index = touched.customer_index
        and products.product_index = touched.product_index
left join {{ ref('repeat_policies') }} as policies on lower(products.category) = lower(policies.category)
left join {{ ref('due_products') }} as due
    on
        customers.customer_index = due.customer_index
        and products.product_index = due.product_index
        and due.cutoff_id = 'live'
where
    not coalesce(products.is_available, false)
    or disliked.product_index is not null
    or (
        touched.product_index is not null
        and case coalesce(policies.repeat_policy, '{{ var("repeat_policy") }}')
            when 'never' then true
            when 'replenishable' then due.product_index is null
            else false
        end
    )
