-- Grain: cutoff × mode × source × customer × list_rank, on the test cutoffs, for 500 of the customers with
-- something relevant, drawn by a hash of the id: the sample of lists for metrics beyond accuracy, with what is known of their
-- products. list_number numbers the lists. Lossy: customers beyond the sample.
{%- set customers = 500 %}
with relevant_counts as (
    select
        cutoff_id,
        mode,
        customer_id,
        count(*) as relevant_count,
        dense_rank() over (
            partition by cutoff_id order by md5(customer_id) asc nulls last, customer_id asc nulls last
        ) as draw
    from {{ ref('evaluation_labels') }}
    group by cutoff_id, mode, customer_id
),

drawn as (
    select
        cutoff_id,
        mode,
        customer_id,
        relevant_count
    from relevant_counts
    where draw <= {{ customers }}
)

select
    lists.cutoff_id,
    lists.mode,
    lists.source,
    lists.customer_id,
    lists.list_rank,
    dense_rank() over (
        order by
            lists.cutoff_id asc nulls last,
            lists.mode asc nulls last,
            lists.source asc nulls last,
            lists.customer_id asc nulls last
    ) as list_number,
    drawn.relevant_count,
    products.product_count,
    products.product_index,
    products.popularity_rank,
    products.popularity_quantile,
    products.novelty,
    products.is_long_tail,
    labels.product_id is not null as is_relevant
from {{ ref('evaluated_lists') }} as lists
inner join drawn
    on
        lists.cutoff_id = drawn.cutoff_id
        and lists.mode = drawn.mode
        and lists.customer_id = drawn.customer_id
inner join {{ ref('evaluated_products') }} as products
    on
        lists.cutoff_id = products.cutoff_id
        and lists.product_id = products.product_id
left join {{ ref('evaluation_labels') }} as labels
    on
        lists.cutoff_id = labels.cutoff_id
        and lists.mode = labels.mode
        and lists.customer_id = labels.customer_id
        and lists.product_id = labels.product_id
