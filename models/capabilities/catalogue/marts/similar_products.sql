-- Grain: product × kind (behaviour, content, blended) × rank of a similar product. For product pages, including pages of products
-- that are no longer sold: products to recommend instead, with the counts of common customers and shared words as evidence. A new
-- product has similar products of the kinds content and blended. A product without words and without customers has none. Lossy:
-- two products that fewer than smallest_published_cell customers chose together are similar by words only, because a reader who
-- knows one choice of a customer could infer another.
with ranked as (
    select
        products.product_id,
        pairs.kind,
        neighbours.product_id as similar_id,
        pairs.similarity,
        case
            when pairs.kind = 'content' or pairs.common_customer_count >= {{ var('smallest_published_cell') }}
                then pairs.similarity
        end as shown_similarity,
        case
            when pairs.common_customer_count >= {{ var('smallest_published_cell') }} then pairs.common_customer_count
        end as common_customer_count,
        pairs.shared_term_count,
        row_number() over (
            partition by products.product_id, pairs.kind
            order by pairs.similarity desc nulls last, neighbours.product_id asc nulls last
        ) as similarity_rank
    from {{ ref('product_similarities') }} as pairs
    inner join {{ ref('clean_products') }} as products on pairs.product_index = products.product_index
    inner join {{ ref('clean_products') }} as neighbours on pairs.similar_index = neighbours.product_index
    where
        pairs.common_customer_count >= {{ var('smallest_published_cell') }}
        or (pairs.kind <> 'behaviour' and pairs.shared_term_count > 0)
)

select
    product_id,
    kind,
    cast(similarity_rank as integer) as similarity_rank,
    similar_id,
    shown_similarity as similarity,
    common_customer_count,
    shared_term_count
from ranked
