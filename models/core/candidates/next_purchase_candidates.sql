-- Grain: cutoff × customer × product. What usually follows the customer's last steps: recent_weight × transition_score, over the
-- newest products of the history.
with scored as (
    select
        recent.cutoff_id,
        recent.customer_index,
        transitions.next_product_index as product_index,
        {{ stable_sum('recent.recent_weight * transitions.transition_score') }} as score
    from {{ ref('recent_products') }} as recent
    inner join {{ ref('product_transitions') }} as transitions
        on
            recent.cutoff_id = transitions.cutoff_id
            and recent.product_index = transitions.product_index
    group by recent.cutoff_id, recent.customer_index, transitions.next_product_index
),

{{ best_candidates('scored') }}
