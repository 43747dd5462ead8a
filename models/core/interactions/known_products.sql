-- Grain: cutoff × product known by then: it may be recommended (is_offered), or customers interacted with it before. The latter
-- stay where they can no longer be bought, since they still tell a customer's taste. Offered is what was launched before the
-- cutoff, or touched before it where no launch is known. `live` also offers products never touched and withdraws those not
-- available; past availability is unknown, so past cutoffs don't use it.
with first_touches as (
    select
        product_index,
        min(occurred_at) as first_touched_at
    from {{ ref('interactions') }}
    group by product_index
),

histories as (
    select distinct
        cutoffs.cutoff_id,
        interactions.product_index
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
),

catalogue as (
    select
        cutoffs.cutoff_id,
        products.product_index,
        case
            when cutoffs.purpose = 'live'
                then products.is_available and coalesce(products.launched_at < cutoffs.cutoff_at, true)
            else coalesce(least(products.launched_at, first_touches.first_touched_at) < cutoffs.cutoff_at, false)
        end as is_offered
    from {{ ref('clean_products') }} as products
    cross join {{ ref('cutoffs') }} as cutoffs
    left join first_touches on products.product_index = first_touches.product_index
)

select
    catalogue.cutoff_id,
    catalogue.product_index,
    catalogue.is_offered
from catalogue
left join histories
    on
        catalogue.cutoff_id = histories.cutoff_id
        and catalogue.product_index = histories.product_index
where catalogue.is_offered or histories.product_index is not null
