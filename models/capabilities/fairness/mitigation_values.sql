-- Grain: basis × mitigation × strength × measure × replicate (0 = the sample): what the lists of mitigation_lists are worth
-- and how fair they are, over the customers of all tune cutoffs. ndcg: mean nDCG. ndcg_gap: largest less smallest mean over
-- the groups with fairness_fewest_customers customers. representation_gap: sum over the groups, of any size, of what their
-- share of the training weight lacks of their share of the customers. exposure_shortfall: what groups of products lack.
-- divergence: mean divergence of the list's categories from the history's.
with large_groups as (
    select distinct protected_group
    from {{ ref('mitigation_sums') }}
    where
        replicate = 0
        and unit_count >= {{ var('fairness_fewest_customers') }}
        and protected_group is not null
),

totals as (
    select
        sums.basis,
        sums.mitigation,
        sums.strength,
        sums.replicate,
        {{ stable_sum('sums.customer_count') }} as customer_count,
        {{ stable_sum('sums.ndcg') }} as ndcg,
        {{ stable_sum('sums.divergence') }} as divergence,
        {{ stable_sum('sums.divergence_count') }} as divergence_count,
        max(case when large_groups.protected_group is not null then sums.ndcg / sums.customer_count end)
        - min(case when large_groups.protected_group is not null then sums.ndcg / sums.customer_count end) as ndcg_gap,
        {{ stable_sum('case when sums.protected_group is not null then sums.customer_count end') }} as grouped_count,
        {{ stable_sum('case when sums.protected_group is not null then sums.training_weight end') }} as grouped_weight
    from {{ ref('mitigation_sums') }} as sums
    left join large_groups on sums.protected_group = large_groups.protected_group
    group by sums.basis, sums.mitigation, sums.strength, sums.replicate
),

representation_gaps as (
    select
        sums.basis,
        sums.mitigation,
        sums.strength,
        sums.replicate,
        {{ stable_sum(
            'greatest(sums.customer_count / totals.grouped_count - sums.training_weight / nullif(totals.grouped_weight, 0), 0)'
        ) }} as representation_gap
    from {{ ref('mitigation_sums') }} as sums
    inner join totals
        on
            sums.basis = totals.basis
            and sums.mitigation = totals.mitigation
            and sums.strength = totals.strength
            and sums.replicate = totals.replicate
    where sums.protected_group is not null
    group by sums.basis, sums.mitigation, sums.strength, sums.replicate
)

{% for measure, expression in {
    'ndcg': 'ndcg / customer_count', 'ndcg_gap': 'ndcg_gap', 'divergence': 'divergence / nullif(divergence_count, 0)'
}.items() %}
select
    basis,
    mitigation,
    strength,
    '{{ measure }}' as measure,
    replicate,
    {{ expression }} as value
from totals
union all
{% endfor %}
select
    basis,
    mitigation,
    strength,
    'representation_gap' as measure,
    replicate,
    representation_gap as value
from representation_gaps
union all
select
    basis,
    mitigation,
    strength,
    'exposure_shortfall' as measure,
    replicate,
    exposure_shortfall as value
from {{ ref('mitigation_shortfalls') }}
