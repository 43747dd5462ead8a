-- Grain: cutoff × mode × source × customer × list_rank, on the test cutoffs, for 500 of the customers with a relevant product,
-- sampled by a hash of the id. The sample of lists for beyond-accuracy metrics, with the popularity and novelty of their
-- products. list_number numbers the lists. Lossy: customers outside the sample.
{%- set customers = 500 %}
with relevant_counts as (
    select
        labels.cutoff_id,
        labels.mode,
        labels.customer_index,
        customers.customer_id,
        count(*) as relevant_count,
        dense_rank() over (
            partition by labels.cutoff_id order by md5(customers.customer_id) asc nulls last, customers.customer_id asc nulls last
        ) as draw
    from {{ ref('evaluation_labels') }} as labels
    inner join {{ ref('clean_customers') }} as customers on labels.customer_index = customers.customer_index
    group by labels.cutoff_id, labels.mode, labels.customer_index, customers.customer_id
),

drawn as (
    select
        cutoff_id,
        mode,
        customer_index,
        customer_id,
        relevant_count
    from relevant_counts
    where draw <= {{ customers }}
)

select
    lists.cutoff_id,
    lists.mode,
    lists.source,
    lists.customer_index,
    drawn.customer_id,
    lists.list_rank,
    dense_rank() over (
        order by
            lists.cutoff_id asc nulls last,
            lists.mode asc nulls last,
            lists.source asc nulls last,
            lists.customer_index asc nulls last
    ) as list_number,
    drawn.relevant_count,
    products.product_count,
    products.product_index,
    products.popularity_rank,
    products.popularity_quantile,
    products.novelty,
    products.is_long_tail,
    labels.product_index is not null as is_relevant
from {{ ref('evaluated_lists') }} as lists
inner join drawn
    on
        lists.cutoff_id = drawn.cutoff_id
        and lists.mode = drawn.mode
        and lists.customer_index = drawn.customer_index
inner join {{ ref('evaluated_products') }} as products
    on
        lists.cutoff_id = products.cutoff_id
        and lists.product_index = products.product_index
left join {{ ref('evaluation_labels') }} as labels
    on
        lists.cutoff_id = labels.cutoff_id
        and lists.mode = labels.mode
        and lists.customer_index = labels.customer_index
        and lists.product_index = labels.product_index
