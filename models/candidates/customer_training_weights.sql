-- Grain: cutoff × customer with a history whose group of group_balancing_attribute is known. training_weight is what the customer's
-- cells count in als, and its lists in the ranker: (share of the customers / share of the strength) of the group to the power of
-- group_balancing_strength, so that at 1 a group is heard as much as it has customers. Empty with a strength of 0. Read by
-- als_cells and ranking_examples.
with histories as (
    select
        strengths.cutoff_id,
        strengths.customer_id,
        groups.protected_group,
        {{ stable_sum('strengths.strength') }} as strength
    from {{ ref('customer_product_strengths') }} as strengths
    inner join {{ ref('customer_groups') }} as groups
        on
            strengths.customer_id = groups.customer_id
            and groups.attribute = '{{ var("group_balancing_attribute") }}'
    where {{ var('group_balancing_strength') }} > 0
    group by strengths.cutoff_id, strengths.customer_id, groups.protected_group
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
)

select
    histories.cutoff_id,
    histories.customer_id,
    case
        when group_sums.strength > 0
            then
                power(
                    cast(group_sums.customer_count as double) / totals.customer_count * totals.strength / group_sums.strength,
                    {{ var('group_balancing_strength') }}
                )
        else 1.0
    end as training_weight
from histories
inner join group_sums
    on
        histories.cutoff_id = group_sums.cutoff_id
        and histories.protected_group = group_sums.protected_group
inner join totals on histories.cutoff_id = totals.cutoff_id
