-- Grain: cutoff × product that may be recommended there: launched before the cutoff, or touched before it where no launch is
-- known. `live` also takes products never touched and drops those not available; what was available in the past isn't known,
-- so past cutoffs don't use it.
with first_touches as (
    select
        product_index,
        min(occurred_at) as first_touched_at
    from {{ ref('interactions') }}
    group by product_index
)

select
    cutoffs.cutoff_id,
    products.product_index
from {{ ref('clean_products') }} as products
cross join {{ ref('cutoffs') }} as cutoffs
left join first_touches on products.product_index = first_touches.product_index
where
    case
        when cutoffs.purpose = 'live'
            then products.is_available and coalesce(products.launched_at < cutoffs.cutoff_at, true)
        else coalesce(least(products.launched_at, first_touches.first_touched_at) < cutoffs.cutoff_at, false)
    end
