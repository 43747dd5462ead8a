-- Grain: cutoff × group of fairness_exposure_attribute: target share of exposure. fairness_exposure_target selects the group's
-- share of all interactions before the cutoff (history) or of the recommendable products (catalogue), among products with a known
-- group.
with amounts as (
    select
        memberships.cutoff_id,
        memberships.protected_group,
        count(distinct memberships.product_index) as product_count,
        coalesce(sum(touched.interaction_count), 0) as interaction_count
    from {{ ref('product_groups') }} as memberships
    left join {{ ref('customer_product_strengths') }} as touched
        on
            memberships.cutoff_id = touched.cutoff_id
            and memberships.product_index = touched.product_index
    where memberships.attribute = '{{ var("fairness_exposure_attribute") }}'
    group by memberships.cutoff_id, memberships.protected_group
)

{%- set amount = {'history': 'interaction_count', 'catalogue': 'product_count'}[var('fairness_exposure_target')] %}

select
    cutoff_id,
    protected_group,
    coalesce(cast({{ amount }} as double) / nullif(sum({{ amount }}) over (partition by cutoff_id), 0), 0) as target_share
from amounts
