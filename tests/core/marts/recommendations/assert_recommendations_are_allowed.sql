-- Catches a product that must not be shown: one that is not available, one the customer dislikes, and a forbidden repeat. The
-- repeat policy is that of the category, else that of the list (macro list_setting). never forbids every repeat. replenishable
-- forbids a bought product that is not yet due again.
with touched as (
    select distinct
        customer_index,
        product_index
    from {{ ref('interactions') }}
    where reversed_at is null
)

select
    recommendations.customer_id,
    recommendations.product_id,
    products.is_available,
    signals.is_disliked
from {{ ref('recommendations') }} as recommendations
left join {{ ref('clean_customers') }} as customers on recommendations.customer_id = customers.customer_id
left join {{ ref('clean_products') }} as products on recommendations.product_id = products.product_id
left join {{ ref('eligibility_signals') }} as signals
    on
        customers.customer_index = signals.customer_index
        and products.product_index = signals.product_index
        and signals.cutoff_id = 'live'
left join touched
    on
        customers.customer_index = touched.customer_index
        and products.product_index = touched.product_index
left join {{ ref('repeat_policies') }} as policies on lower(products.category) = lower(policies.category)
{%- if seam_is_on('list_settings') %}
left join {{ seam('list_settings') }} as settings on customers.customer_index = settings.customer_index
{%- endif %}
where
    not coalesce(products.is_available, false)
    or signals.is_disliked
    or case coalesce(policies.repeat_policy, {{ list_setting('repeat_policy') }})
        when 'never' then touched.product_index is not null
        when 'replenishable'
            then recommendations.is_repeat and not coalesce(recommendations.due_on <= cast(recommendations.as_of as date), false)
    end
