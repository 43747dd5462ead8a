-- Grain: basis × mitigation × strength × measure × replicate (0 = the sample): what the lists of mitigation_lists are worth
-- and how fair they are, over the customers of all tune cutoffs. ndcg: mean nDCG at fairness_k. ndcg_gap: largest less
-- smallest mean over the groups of group_balancing_attribute with fairness_fewest_customers customers. representation_gap: sum
-- over these groups, of any size, of what their share of the training weight lacks of their share of the customers.
-- exposure_shortfall: sum over the groups of exposure_floor_attribute of what their share of exposure lacks of group_targets.
-- divergence: mean divergence of the list's categories from the history's, as in fairness_terms. Replicates are Poisson draws,
-- the same in every trial, so that differences are paired. Read by mitigation_tradeoff.
{{ config(access='protected', contract={'enforced': false}, schema='fairness') }}
with relevant as (
    select
        products.cutoff_id,
        products.customer_id,
        products.product_id
    from {{ ref('relevant_products') }} as products
    inner join {{ ref('mitigation_customers') }} as customers
        on
            products.cutoff_id = customers.cutoff_id
            and products.customer_id = customers.customer_id
    where '{{ served_mode() }}' = 'all' or not products.is_repeat
),

-- The n-th relevant product would at best stand at rank n.
ideals as (
    select
        cutoff_id,
        customer_id,
        {{ stable_sum('case when number <= ' ~ var('fairness_k') ~ ' then ln(2.0) / ln(number + 1) end') }} as gain
    from (
        select
            cutoff_id,
            customer_id,
            row_number() over (partition by cutoff_id, customer_id order by product_id nulls last) as number
        from relevant
    ) as numbers
    group by cutoff_id, customer_id
),

trials as (
    select distinct
        basis,
        mitigation,
        strength
    from {{ ref('mitigation_lists') }}
),

gains as (
    select
        lists.basis,
        lists.mitigation,
        lists.strength,
        lists.cutoff_id,
        lists.customer_id,
        {{ stable_sum('ln(2.0) / ln(lists.list_rank + 1)') }} as gain
    from {{ ref('mitigation_lists') }} as lists
    inner join relevant
        on
            lists.cutoff_id = relevant.cutoff_id
            and lists.customer_id = relevant.customer_id
            and lists.product_id = relevant.product_id
    group by lists.basis, lists.mitigation, lists.strength, lists.cutoff_id, lists.customer_id
),

list_counts as (
    select
        lists.basis,
        lists.mitigation,
        lists.strength,
        lists.cutoff_id,
        lists.customer_id,
        categories.protected_group as category,
        count(*) as category_count,
        sum(count(*)) over (
            partition by lists.basis, lists.mitigation, lists.strength, lists.cutoff_id, lists.customer_id
        ) as listed_count
    from {{ ref('mitigation_lists') }} as lists
    inner join {{ ref('product_groups') }} as categories
        on
            lists.cutoff_id = categories.cutoff_id
            and lists.product_id = categories.product_id
            and categories.attribute = 'category'
    group by
        lists.basis, lists.mitigation, lists.strength, lists.cutoff_id, lists.customer_id, categories.protected_group
),

listed_customers as (
    select distinct
        basis,
        mitigation,
        strength,
        cutoff_id,
        customer_id,
        listed_count
    from list_counts
),

divergences as (
    select
        listed.basis,
        listed.mitigation,
        listed.strength,
        listed.cutoff_id,
        listed.customer_id,
        {{ stable_sum(divergence_term('coalesce(counts.category_count, 0)', 'listed.listed_count')) }} as divergence
    from listed_customers as listed
    inner join {{ ref('customer_tastes') }} as tastes
        on
            listed.cutoff_id = tastes.cutoff_id
            and listed.customer_id = tastes.customer_id
            and tastes.attribute = 'category'
            and tastes.strength_share > 0
    left join list_counts as counts
        on
            listed.basis = counts.basis
            and listed.mitigation = counts.mitigation
            and listed.strength = counts.strength
            and listed.cutoff_id = counts.cutoff_id
            and listed.customer_id = counts.customer_id
            and tastes.attribute_value = counts.category
    group by listed.basis, listed.mitigation, listed.strength, listed.cutoff_id, listed.customer_id
),

replicates as ({{ literal_rows('replicate', range(1, var('bootstrap_replicates') + 1)) }}),

draws as (
    select
        customer_id,
        replicate,
        {{ poisson_1('uniform') }} as weight
    from (
        select
            customers.customer_id,
            replicates.replicate,
            {{ hash_uniform("customers.customer_id || ':' || cast(replicates.replicate as string)") }} as uniform
        from (select distinct customer_id from {{ ref('mitigation_customers') }}) as customers
        cross join replicates
    ) as drawn
    union all
    select distinct
        customer_id,
        0 as replicate,
        1 as weight
    from {{ ref('mitigation_customers') }}
),

judged as (
    select
        trials.basis,
        trials.mitigation,
        trials.strength,
        draws.replicate,
        cast(draws.weight as decimal(38, 12)) as weight,
        coalesce(gains.gain, 0) / ideals.gain as ndcg,
        divergences.divergence,
        balances.protected_group,
        balances.strength * case
            when trials.mitigation = 'group_balancing' then power(balances.balance_ratio, trials.strength) else 1
        end as training_weight
    from trials
    cross join ideals
    inner join draws
        on
            ideals.customer_id = draws.customer_id
            and draws.weight > 0
    left join gains
        on
            trials.basis = gains.basis
            and trials.mitigation = gains.mitigation
            and trials.strength = gains.strength
            and ideals.cutoff_id = gains.cutoff_id
            and ideals.customer_id = gains.customer_id
    left join divergences
        on
            trials.basis = divergences.basis
            and trials.mitigation = divergences.mitigation
            and trials.strength = divergences.strength
            and ideals.cutoff_id = divergences.cutoff_id
            and ideals.customer_id = divergences.customer_id
    left join {{ ref('customer_training_weights') }} as balances
        on
            ideals.cutoff_id = balances.cutoff_id
            and ideals.customer_id = balances.customer_id
),

group_sums as (
    select
        basis,
        mitigation,
        strength,
        replicate,
        protected_group,
        count(*) as unit_count,
        cast(sum(weight) as double) as customer_count,
        {{ stable_sum('weight * ndcg') }} as ndcg,
        {{ stable_sum('weight * training_weight') }} as training_weight,
        {{ stable_sum('weight * divergence') }} as divergence,
        cast(sum(case when divergence is not null then weight end) as double) as divergence_count
    from judged
    group by basis, mitigation, strength, replicate, protected_group
),

large_groups as (
    select distinct protected_group
    from group_sums
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
    from group_sums as sums
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
    from group_sums as sums
    inner join totals
        on
            sums.basis = totals.basis
            and sums.mitigation = totals.mitigation
            and sums.strength = totals.strength
            and sums.replicate = totals.replicate
    where sums.protected_group is not null
    group by sums.basis, sums.mitigation, sums.strength, sums.replicate
),

exposures as (
    select
        lists.basis,
        lists.mitigation,
        lists.strength,
        draws.replicate,
        memberships.protected_group,
        {{ stable_sum('draws.weight * ln(2.0) / ln(lists.list_rank + 1)') }} as exposure
    from {{ ref('mitigation_lists') }} as lists
    inner join {{ ref('product_groups') }} as memberships
        on
            lists.cutoff_id = memberships.cutoff_id
            and lists.product_id = memberships.product_id
            and memberships.attribute = '{{ var("exposure_floor_attribute") }}'
    inner join draws
        on
            lists.customer_id = draws.customer_id
            and draws.weight > 0
    group by lists.basis, lists.mitigation, lists.strength, draws.replicate, memberships.protected_group
),

exposure_totals as (
    select
        basis,
        mitigation,
        strength,
        replicate,
        {{ stable_sum('exposure') }} as exposure
    from exposures
    group by basis, mitigation, strength, replicate
),

-- Where there are several tune cutoffs, the mean of their wanted.
mean_targets as (
    select
        wanted.protected_group,
        {{ stable_sum('wanted.target_share') }} / max(counts.cutoff_count) as target_share
    from {{ ref('group_targets') }} as wanted
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            wanted.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'tune'
    cross join (
        select count(*) as cutoff_count
        from {{ ref('cutoffs') }}
        where purpose = 'tune'
    ) as counts
    group by wanted.protected_group
),

shortfalls as (
    select
        all_exposures.basis,
        all_exposures.mitigation,
        all_exposures.strength,
        all_exposures.replicate,
        {{ stable_sum(
            'greatest(mean_targets.target_share - coalesce(exposures.exposure, 0) / nullif(all_exposures.exposure, 0), 0)'
        ) }} as exposure_shortfall
    from exposure_totals as all_exposures
    cross join mean_targets
    left join exposures
        on
            all_exposures.basis = exposures.basis
            and all_exposures.mitigation = exposures.mitigation
            and all_exposures.strength = exposures.strength
            and all_exposures.replicate = exposures.replicate
            and mean_targets.protected_group = exposures.protected_group
    group by all_exposures.basis, all_exposures.mitigation, all_exposures.strength, all_exposures.replicate
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
from shortfalls
