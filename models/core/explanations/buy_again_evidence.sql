-- Grain: cutoff × customer × product that is served and was proposed by buy_again. The evidence is the product itself, which the
-- customer has bought before.
with own_candidates as (
    select
        cutoff_id,
        customer_index,
        {{ explode_ranked({'product_index': 'product_indexes', 'score': 'scores'}, 'source_rank') }}
    from {{ ref('buy_again_candidates') }}
)

select
    lists.cutoff_id,
    lists.customer_index,
    lists.product_index,
    lists.product_index as evidence_index,
    candidates.score as evidence_score,
    candidates.score as total_score
from {{ ref('explained_lists') }} as lists
inner join own_candidates as candidates
    on
        lists.cutoff_id = candidates.cutoff_id
        and lists.customer_index = candidates.customer_index
        and lists.product_index = candidates.product_index
