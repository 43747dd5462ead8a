-- Grain: cutoff × customer × product that the customer interacted with in the horizon and that could have been recommended at the
-- cutoff. Purchases reversed later are no success, and customers without consent to analytics are not measured. These are the
-- labels: only tuning (tune) and evaluation (test) may read them, never a feature.
with horizon_pairs as (
    select distinct
        cutoffs.cutoff_id,
        interactions.customer_index,
        interactions.product_index
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            interactions.occurred_at >= cutoffs.cutoff_at
            and interactions.occurred_at < cutoffs.horizon_ends_at
            and cutoffs.purpose <> 'live'
    inner join {{ ref('clean_customers') }} as customers on interactions.customer_index = customers.customer_index
    where interactions.reversed_at is null and customers.is_analytics_granted
)

select
    horizon_pairs.cutoff_id,
    horizon_pairs.customer_index,
    horizon_pairs.product_index,
    strengths.strength is not null as is_repeat
from horizon_pairs
inner join {{ ref('cutoff_products') }} as products
    on
        horizon_pairs.cutoff_id = products.cutoff_id
        and horizon_pairs.product_index = products.product_index
left join {{ ref('customer_product_strengths') }} as strengths
    on
        horizon_pairs.cutoff_id = strengths.cutoff_id
        and horizon_pairs.customer_index = strengths.customer_index
        and horizon_pairs.product_index = strengths.product_index
