-- Grain: cutoff × customer × product. What usually follows the customer's last steps: recent_weight × transition_score, over the
-- newest products of the history.
with scored as (
    select
        recent.cutoff_id,
        recent.customer_id,
        transitions.next_product_id as product_id,
        {{ stable_sum('recent.recent_weight * transitions.transition_score') }} as score
    from {{ ref('recent_products') }} as recent
    inner join {{ ref('product_transitions') }} as transitions
        on
            recent.cutoff_id = transitions.cutoff_id
            and recent.product_id = transitions.product_id
    group by recent.cutoff_id, recent.customer_id, transitions.next_product_id
),

{{ best_candidates('scored') }}
