-- Grain: cutoff × product known at the cutoff: it may be recommended (is_offered), or customers interacted with it before. The
-- latter stay even if they can no longer be bought, because they still show a customer's taste. A product is offered if it was
-- launched before the cutoff, or, without a known launch, had an interaction before it. `live` also offers products without
-- interactions. It excludes unavailable products and products that an active rule excludes for all customers, so that no list,
-- page or source can contain them. Past availability is unknown, so past cutoffs ignore it. At `test`, assembly applies the rules
-- instead, so that their effect is measured.
with first_interactions as (
    select
        product_index,
        min(occurred_at) as first_interaction_at
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

excluded as (
    select distinct
        rule_products.cutoff_id,
        rule_products.product_index
    from {{ ref('rule_products') }} as rule_products
    inner join {{ ref('active_rules') }} as rules
        on
            rule_products.cutoff_id = rules.cutoff_id
            and rule_products.rule_id = rules.rule_id
    where {{ excludes_for_everybody('rules') }}
),

catalogue as (
    select
        cutoffs.cutoff_id,
        products.product_index,
        case
            when cutoffs.purpose = 'live'
                then
                    products.is_available
                    and coalesce(products.launched_at < cutoffs.cutoff_at, true)
                    and excluded.product_index is null
            else coalesce(least(products.launched_at, first_interactions.first_interaction_at) < cutoffs.cutoff_at, false)
        end as is_offered
    from {{ ref('clean_products') }} as products
    cross join {{ ref('cutoffs') }} as cutoffs
    left join first_interactions on products.product_index = first_interactions.product_index
    left join excluded
        on
            cutoffs.cutoff_id = excluded.cutoff_id
            and products.product_index = excluded.product_index
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
