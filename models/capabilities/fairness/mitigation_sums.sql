-- Grain: basis × mitigation × strength × replicate × group of group_balancing_attribute (NULL: who is in none): sums over the
-- customers drawn, each as often as drawn, of nDCG, divergence and training weight. unit_count is the customers drawn.
with judged as (
    select
        terms.basis,
        terms.mitigation,
        terms.strength,
        draws.replicate,
        cast(draws.weight as decimal(38, 12)) as weight,
        terms.ndcg,
        terms.divergence,
        balances.protected_group,
        balances.strength * case
            when terms.mitigation = 'group_balancing' then power(balances.balance_ratio, terms.strength) else 1
        end as training_weight
    from {{ ref('mitigation_terms') }} as terms
    inner join {{ ref('mitigation_draws') }} as draws on terms.customer_id = draws.customer_id
    left join {{ ref('customer_balances') }} as balances
        on
            terms.cutoff_id = balances.cutoff_id
            and terms.customer_id = balances.customer_id
)

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
