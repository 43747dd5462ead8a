-- Grain: cutoff × customer with a history and a known group of fairness_attribute. balance_ratio is (share of the customers /
-- share of the strength) of the group. Weighted by it, a group has the same share of the training weight as of the customers.
-- Rows of the tuning cutoffs serve mitigation trials; other cutoffs have rows only if fairness_balancing_strength is above 0.
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
