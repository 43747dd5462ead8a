-- Grain: cutoff × customer × product the customer interacted with inside the horizon and that could have been recommended
-- at the cutoff; a purchase taken back later was no success, and who doesn't agree to analytics is not measured. These are
-- the labels: only tuning (tune) and evaluation (test) may read them, no feature does.
with horizon_pairs as (
    select distinct
        cutoffs.cutoff_id,
        interactions.customer_id,
        interactions.product_id
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            interactions.occurred_at >= cutoffs.cutoff_at
            and interactions.occurred_at < cutoffs.horizon_ends_at
            and cutoffs.purpose <> 'live'
    left join {{ ref('customer_consents') }} as consents on interactions.customer_id = consents.customer_id
    where interactions.undone_at is null and {{ has_consent('consents', 'analytics') }}
)

select
    horizon_pairs.cutoff_id,
    horizon_pairs.customer_id,
    horizon_pairs.product_id,
    strengths.strength is not null as is_repeat
from horizon_pairs
inner join {{ ref('cutoff_products') }} as products
    on
        horizon_pairs.cutoff_id = products.cutoff_id
        and horizon_pairs.product_id = products.product_id
left join {{ ref('customer_product_strengths') }} as strengths
    on
        horizon_pairs.cutoff_id = strengths.cutoff_id
        and horizon_pairs.customer_id = strengths.customer_id
        and horizon_pairs.product_id = strengths.product_id
