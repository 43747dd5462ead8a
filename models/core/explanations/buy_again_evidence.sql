-- Grain: cutoff × customer × served product that buy_again explains. The evidence is the product itself, which the customer has
-- bought before.
with own_candidates as (
    select
        candidates.cutoff_id,
        candidates.customer_index,
        {{ explode_ranked({'product_index': 'candidates.product_indexes', 'score': 'candidates.scores'}, 'source_rank') }}
    from {{ ref('buy_again_candidates') }} as candidates
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            candidates.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
)

select
    lists.cutoff_id,
    lists.customer_index,
    lists.product_index,
    1 as evidence_rank,
    lists.product_index as evidence_index,
    cast(candidates.score as double) as evidence_score,
    cast(candidates.score as double) as total_score
from {{ ref('list_contributions') }} as lists
inner join own_candidates as candidates
    on
        lists.customer_index = candidates.customer_index
        and lists.product_index = candidates.product_index
where {{ array_contains('lists.explained_sources', "'buy_again'") }}
