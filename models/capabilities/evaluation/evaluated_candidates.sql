-- Grain: cutoff (test) × mode × customer with a relevant product × product of the pool: probability, label, price and value, in
-- the order of the ranking method in use. Input of calibration_bins and value_trials. A customer without candidates has one row
-- without a probability or price, because an empty list counts as 0. A view, because a table would be as long as the pool.
{{ config(materialized='view') }}
with relevant_counts as (
    select
        cutoff_id,
        mode,
        customer_index,
        count(*) as relevant_count
    from {{ ref('evaluation_labels') }}
    group by cutoff_id, mode, customer_index
)

select
    counts.cutoff_id,
    counts.mode,
    lists.tier,
    lists.list_index,
    customers.customer_id,
    coalesce(pool.list_rank, 1) as list_rank,
    probabilities.probability,
    labels.product_index is not null as is_relevant,
    counts.relevant_count,
    products.price,
    products.value
from relevant_counts as counts
inner join {{ ref('lists') }} as lists
    on
        counts.cutoff_id = lists.cutoff_id
        and counts.mode = lists.mode
        and counts.customer_index = lists.customer_index
inner join {{ ref('clean_customers') }} as customers on counts.customer_index = customers.customer_index
left join {{ ref('ranked_pool') }} as pool
    on
        lists.list_index = pool.list_index
        and pool.is_chosen
left join {{ ref('purchase_probabilities') }} as probabilities
    on
        pool.list_index = probabilities.list_index
        and pool.product_index = probabilities.product_index
left join {{ ref('evaluation_labels') }} as labels
    on
        counts.cutoff_id = labels.cutoff_id
        and counts.mode = labels.mode
        and counts.customer_index = labels.customer_index
        and pool.product_index = labels.product_index
left join {{ ref('product_values') }} as products
    on
        counts.cutoff_id = products.cutoff_id
        and pool.product_index = products.product_index
