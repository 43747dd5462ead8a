-- Grain: basis × mitigation × strength × cutoff (tune) × customer with a relevant product: nDCG at evaluation_k of a list of
-- mitigation_lists, and divergence of its categories from the customer's history (NULL if no category is known). Customers
-- without a hit have nDCG 0. protected_group is the customer's group of fairness_attribute (NULL if unknown). training_weight is
-- the customer's weight in training under the trial. group_predicted is 1 if the factors behind the list predict that group, 0 if
-- not, NULL without factors.
with relevant as (
    select
        products.cutoff_id,
        products.customer_index,
        products.product_index
    from {{ ref('relevant_products') }} as products
    inner join {{ ref('mitigation_customers') }} as customers
        on
            products.cutoff_id = customers.cutoff_id
            and products.customer_index = customers.customer_index
    where '{{ served_mode() }}' = 'all' or not products.is_repeat
),

-- The ideal list has the n-th relevant product at rank n.
ideals as (
    select
        cutoff_id,
        customer_index,
        {{ stable_sum('case when number <= ' ~ var('evaluation_k') ~ ' then ln(2.0) / ln(number + 1) end') }} as gain
    from (
        select
            cutoff_id,
            customer_index,
            row_number() over (partition by cutoff_id, customer_index order by product_index nulls last) as number
        from relevant
    ) as numbers
    group by cutoff_id, customer_index
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
        lists.customer_index,
        {{ stable_sum('ln(2.0) / ln(lists.list_rank + 1)') }} as gain
    from {{ ref('mitigation_lists') }} as lists
    inner join relevant
        on
            lists.cutoff_id = relevant.cutoff_id
            and lists.customer_index = relevant.customer_index
            and lists.product_index = relevant.product_index
    group by lists.basis, lists.mitigation, lists.strength, lists.cutoff_id, lists.customer_index
),

predictions as (
    select
        basis,
        mitigation,
        strength,
        cutoff_id,
        customer_index,
        max(case when is_group_predicted then 1.0 when not is_group_predicted then 0.0 end) as group_predicted
    from {{ ref('mitigation_lists') }}
    group by basis, mitigation, strength, cutoff_id, customer_index
),

divergences as (
    {{ category_divergences(
        ref('mitigation_lists'), ['basis', 'mitigation', 'strength', 'cutoff_id', 'customer_index']
    ) }}
)

select
    trials.basis,
    trials.mitigation,
    trials.strength,
    ideals.cutoff_id,
    customers.customer_id,
    balances.protected_group,
    coalesce(gains.gain, 0) / ideals.gain as ndcg,
    divergences.divergence,
    balances.strength * case
        when trials.mitigation = 'group_balancing' then power(balances.balance_ratio, trials.strength) else 1
    end as training_weight,
    cast(predictions.group_predicted as double) as group_predicted
from trials
cross join ideals
inner join {{ ref('mitigation_customers') }} as customers
    on
        ideals.cutoff_id = customers.cutoff_id
        and ideals.customer_index = customers.customer_index
left join gains
    on
        trials.basis = gains.basis
        and trials.mitigation = gains.mitigation
        and trials.strength = gains.strength
        and ideals.cutoff_id = gains.cutoff_id
        and ideals.customer_index = gains.customer_index
left join divergences
    on
        trials.basis = divergences.basis
        and trials.mitigation = divergences.mitigation
        and trials.strength = divergences.strength
        and ideals.cutoff_id = divergences.cutoff_id
        and ideals.customer_index = divergences.customer_index
left join predictions
    on
        trials.basis = predictions.basis
        and trials.mitigation = predictions.mitigation
        and trials.strength = predictions.strength
        and ideals.cutoff_id = predictions.cutoff_id
        and ideals.customer_index = predictions.customer_index
left join {{ ref('customer_balances') }} as balances
    on
        ideals.cutoff_id = balances.cutoff_id
        and ideals.customer_index = balances.customer_index
