-- Grain: list × product of the pool, on the tune cutoffs, of at most ranker_lists customers with a history per mode: what the
-- ranker learns from and the methods are judged by. Lists fall into folds, by cutoff where there are several, else by a hash
-- of the customer: what is learnt on some is judged on the others. Lists without anything relevant among the pool stay, since
-- they count as failures. training_weight is what a row counts in training: by the group of the customer, and where it is
-- relevant by the propensity of the product (customer_training_weights, product_training_weights), where they are on, else 1.
with examples as (
    select
        lists.*,
        case
            when {{ var('tune_cutoffs') }} > 1 then dense_rank() over (order by lists.cutoff_id nulls last) - 1
            else cast(floor({{ hash_uniform("'fold:' || customers.customer_id") }} * {{ var('ranker_folds') }}) as bigint)
        end as fold
    from {{ ref('lists') }} as lists
    inner join {{ ref('clean_customers') }} as customers on lists.customer_index = customers.customer_index
    where lists.has_history and lists.draw <= {{ var('ranker_lists') }}
)

select
    features.*,
    examples.customer_index,
    examples.fold,
    examples.relevant_count,
    relevant.product_index is not null as is_relevant,
    coalesce(of_customers.training_weight, 1.0)
    * case when relevant.product_index is not null then coalesce(of_products.training_weight, 1.0) else 1.0 end as training_weight
from examples
inner join {{ ref('ranking_features') }} as features on examples.list_index = features.list_index
left join {{ ref('relevant_products') }} as relevant
    on
        examples.cutoff_id = relevant.cutoff_id
        and examples.customer_index = relevant.customer_index
        and features.product_index = relevant.product_index
        and (examples.mode = 'all' or not relevant.is_repeat)
left join {{ ref('customer_training_weights') }} as of_customers
    on
        examples.cutoff_id = of_customers.cutoff_id
        and examples.customer_index = of_customers.customer_index
left join {{ ref('product_training_weights') }} as of_products
    on
        examples.cutoff_id = of_products.cutoff_id
        and features.product_index = of_products.product_index
