-- Grain: mode × list × product of the pool, on the tune cutoffs, of at most ranker_lists customers with a history per mode: what
-- the ranker learns from and the methods are judged by. Lists fall into folds, by cutoff where there are several, else by a hash
-- of the customer: what is learnt on some is judged on the others. Lists without anything relevant among the pool stay, since
-- they count as failures. training_weight is what a row counts in training: by the group of the customer, and where it is
-- relevant by the propensity of the product (customer_training_weights, product_training_weights), where they are on, else 1.
-- Read by ranker_fits.
with relevant as (
    select
        modes.mode,
        relevant_products.cutoff_id,
        relevant_products.customer_id,
        relevant_products.product_id
    from {{ ref('relevant_products') }} as relevant_products
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    where modes.mode = 'all' or not relevant_products.is_repeat
),

drawn as (
    select
        relevant.mode,
        relevant.cutoff_id,
        relevant.customer_id,
        count(*) as relevant_count,
        row_number() over (
            partition by relevant.mode
            order by md5(relevant.customer_id) nulls last, relevant.customer_id nulls last, relevant.cutoff_id nulls last
        ) as draw
    from relevant
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            relevant.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'tune'
    inner join {{ ref('cutoff_customers') }} as customers
        on
            relevant.cutoff_id = customers.cutoff_id
            and relevant.customer_id = customers.customer_id
            and customers.has_history
    group by relevant.mode, relevant.cutoff_id, relevant.customer_id
),

lists as (
    select
        *,
        row_number() over (order by mode nulls last, cutoff_id nulls last, customer_id nulls last) - 1 as list_index,
        case
            when {{ var('tune_cutoffs') }} > 1 then dense_rank() over (order by cutoff_id nulls last) - 1
            else cast(floor({{ hash_uniform("'fold:' || customer_id") }} * {{ var('ranker_folds') }}) as bigint)
        end as fold
    from drawn
    where draw <= {{ var('ranker_lists') }}
)

select
    features.*,
    lists.list_index,
    lists.fold,
    lists.relevant_count,
    relevant.product_id is not null as is_relevant,
    coalesce(of_customers.training_weight, 1.0)
    * case when relevant.product_id is not null then coalesce(of_products.training_weight, 1.0) else 1.0 end as training_weight
from lists
inner join {{ ref('ranking_features') }} as features
    on
        lists.mode = features.mode
        and lists.cutoff_id = features.cutoff_id
        and lists.customer_id = features.customer_id
left join relevant
    on
        features.mode = relevant.mode
        and features.cutoff_id = relevant.cutoff_id
        and features.customer_id = relevant.customer_id
        and features.product_id = relevant.product_id
left join {{ ref('customer_training_weights') }} as of_customers
    on
        features.cutoff_id = of_customers.cutoff_id
        and features.customer_id = of_customers.customer_id
left join {{ ref('product_training_weights') }} as of_products
    on
        features.cutoff_id = of_products.cutoff_id
        and features.product_id = of_products.product_id
