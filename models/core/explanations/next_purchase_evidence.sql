-- Grain: cutoff × customer × product that is served × product chosen or looked at last, after which the served one often comes.
with joined as (
    select
        lists.cutoff_id,
        lists.customer_index,
        lists.product_index,
        products.product_index as evidence_index,
        recent.recent_weight * transitions.transition_score as evidence_score
    from {{ ref('explained_lists') }} as lists
    inner join {{ ref('recent_products') }} as recent
        on
            lists.cutoff_id = recent.cutoff_id
            and lists.customer_id = recent.customer_id
    inner join {{ ref('product_transitions') }} as transitions
        on
            lists.cutoff_id = transitions.cutoff_id
            and recent.product_id = transitions.product_id
            and lists.product_id = transitions.next_product_id
    inner join {{ ref('clean_products') }} as products on recent.product_id = products.product_id
)

{{ evidence_with_totals('joined') }}
