-- Catches evidence that belongs to another pair. Recounts the customers and terms of the first similar product of each kind.
with pairs as (
    select
        similar_products.product_id,
        similar_products.kind,
        similar_products.similar_id,
        similar_products.common_customer_count,
        similar_products.shared_term_count,
        products.product_index,
        neighbours.product_index as similar_index
    from {{ ref('similar_products') }} as similar_products
    inner join {{ ref('clean_products') }} as products on similar_products.product_id = products.product_id
    inner join {{ ref('clean_products') }} as neighbours on similar_products.similar_id = neighbours.product_id
    where similar_products.similarity_rank = 1
),

customers as (
    select
        pairs.product_id,
        pairs.kind,
        count(*) as customer_count
    from pairs
    inner join {{ ref('customer_product_strengths') }} as chosen
        on
            pairs.product_index = chosen.product_index
            and chosen.cutoff_id = 'live'
    inner join {{ ref('customer_product_strengths') }} as also_chosen
        on
            pairs.similar_index = also_chosen.product_index
            and chosen.customer_index = also_chosen.customer_index
            and also_chosen.cutoff_id = 'live'
    group by pairs.product_id, pairs.kind
),

terms as (
    select
        pairs.product_id,
        pairs.kind,
        count(*) as term_count
    from pairs
    inner join {{ ref('product_terms') }} as words
        on
            pairs.product_index = words.product_index
            and words.cutoff_id = 'live'
    inner join {{ ref('product_terms') }} as other_words
        on
            pairs.similar_index = other_words.product_index
            and words.term_index = other_words.term_index
            and other_words.cutoff_id = 'live'
    group by pairs.product_id, pairs.kind
)

select
    pairs.*,
    customers.customer_count,
    terms.term_count
from pairs
left join customers
    on
        pairs.product_id = customers.product_id
        and pairs.kind = customers.kind
left join terms
    on
        pairs.product_id = terms.product_id
        and pairs.kind = terms.kind
where
    pairs.common_customer_count <> coalesce(customers.customer_count, 0)
    or pairs.shared_term_count <> coalesce(terms.term_count, 0)
