-- Grain: cutoff × customer × product that is served × product of the history that is ordered with it more often than chance would
-- have it.
with joined as (
    select
        lists.cutoff_id,
        lists.customer_index,
        lists.product_index,
        strengths.product_index as evidence_index,
        strengths.strength * companions.pair_score as evidence_score
    from {{ ref('explained_lists') }} as lists
    inner join {{ ref('customer_product_strengths') }} as strengths
        on
            lists.cutoff_id = strengths.cutoff_id
            and lists.customer_index = strengths.customer_index
    inner join {{ ref('product_companions') }} as companions
        on
            lists.cutoff_id = companions.cutoff_id
            and strengths.product_index = companions.product_index
            and lists.product_index = companions.companion_index
)

{{ evidence_with_totals('joined') }}
