-- Grain: cutoff × customer with a history whose group of fairness_attribute is known. balance_ratio is (share of the
-- customers / share of the strength) of the group: weighed by it, a group counts as much in training as it has customers. Rows of
-- the tune cutoffs are for trials of mitigation; others exist with a fairness_balancing_strength above 0 only.
with histories as (
    select
        strengths.cutoff_id,
        strengths.customer_index,
        memberships.protected_group,
        {{ stable_sum('strengths.strength') }} as strength
    from {{ ref('customer_product_strengths') }} as strengths
    inner join {{ ref('customer_groups') }} as memberships
        on
            strengths.customer_index = memberships.customer_index
            and memberships.attribute = '{{ var("fairness_attribute") }}'
    inner join {{ ref('cutoffs') }} as cutoffs on strengths.cutoff_id = cutoffs.cutoff_id
    where
        {{ var('fairness_balancing_strength') }} > 0
        or (cutoffs.purpose = 'tune' and {{ var('fairness_mitigation_lists') }} > 0)
    group by strengths.cutoff_id, strengths.customer_index, memberships.protected_group
),

group_sums as (
    select
        cutoff_id,
        protected_group,
        count(*) as customer_count,
        {{ stable_sum('strength') }} as strength
    from histories
    group by cutoff_id, protected_group
),

totals as (
    select
        cutoff_id,
        sum(customer_count) as customer_count,
        {{ stable_sum('strength') }} as strength
    from group_sums
    group by cutoff_id
),

ratios as (
    select
        group_sums.cutoff_id,
        group_sums.protected_group,
        case
            when group_sums.strength > 0
                then
                    cast(group_sums.customer_count as double) / totals.customer_count
                    * totals.strength / group_sums.strength
            else 1.0
        end as balance_ratio
    from group_sums
    inner join totals on group_sums.cutoff_id = totals.cutoff_id
)

select
    histories.cutoff_id,
    histories.customer_index,
    histories.protected_group,
    histories.strength,
    ratios.balance_ratio
from histories
inner join ratios
    on
        histories.cutoff_id = ratios.cutoff_id
        and histories.protected_group = ratios.protected_group
