-- Grain: cutoff × customer × product that is served: what is due to be bought again is what speaks for itself.
select
    lists.cutoff_id,
    lists.customer_index,
    lists.product_index,
    lists.product_index as evidence_index,
    candidates.score as evidence_score,
    candidates.score as total_score
from {{ ref('explained_lists') }} as lists
inner join {{ ref('buy_again_candidates') }} as candidates
    on
        lists.cutoff_id = candidates.cutoff_id
        and lists.customer_index = candidates.customer_index
        and lists.product_index = candidates.product_index
