-- Grain: cutoff × customer × product that is served × product chosen or looked at last, after which the served one often comes.
with joined as (
    select
        lists.cutoff_id,
        lists.customer_index,
        lists.product_index,
        recent.product_index as evidence_index,
        recent.recent_weight * transitions.transition_score as evidence_score
    from {{ ref('explained_lists') }} as lists
    inner join {{ ref('recent_products') }} as recent
        on
            lists.cutoff_id = recent.cutoff_id
            and lists.customer_index = recent.customer_index
    inner join {{ ref('product_transitions') }} as transitions
        on
            lists.cutoff_id = transitions.cutoff_id
            and recent.product_index = transitions.product_index
            and lists.product_index = transitions.next_product_index
)

{{ evidence_with_totals('joined') }}
