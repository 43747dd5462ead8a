-- Catches a learned source with an undefined order of products with equal scores. Sources in SQL are excluded: they order by a
-- score in double precision, and candidates has it in single precision.
with ordered as (
    select
        candidates.source,
        candidates.cutoff_id,
        candidates.customer_index,
        candidates.product_index,
        candidates.score,
        products.popularity_rank,
        lead(candidates.score) over (
            partition by candidates.source, candidates.cutoff_id, candidates.customer_index
            order by candidates.source_rank asc nulls last
        ) as next_score,
        lead(products.popularity_rank) over (
            partition by candidates.source, candidates.cutoff_id, candidates.customer_index
            order by candidates.source_rank asc nulls last
        ) as next_popularity_rank
    from {{ ref('candidates') }} as candidates
    inner join {{ ref('cutoff_products') }} as products
        on
            candidates.cutoff_id = products.cutoff_id
            and candidates.product_index = products.product_index
    where candidates.source in ('als', 'spectral', 'neighbours', 'ease', 'bought_together', 'content', 'next_purchase')
)

select *
from ordered
where score = next_score and popularity_rank > next_popularity_rank
