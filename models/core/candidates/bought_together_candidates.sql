-- Grain: cutoff × customer × product. What goes with the customer's history in one order: strength × pair_score, over all
-- products of the history.
with scored as (
    select
        strengths.cutoff_id,
        strengths.customer_index,
        companions.companion_index as product_index,
        {{ stable_sum('strengths.strength * companions.pair_score') }} as score
    from {{ ref('customer_product_strengths') }} as strengths
    inner join {{ ref('cutoff_customers') }} as customers
        on
            strengths.cutoff_id = customers.cutoff_id
            and strengths.customer_index = customers.customer_index
    inner join {{ ref('product_companions') }} as companions
        on
            strengths.cutoff_id = companions.cutoff_id
            and strengths.product_index = companions.product_index
    group by strengths.cutoff_id, strengths.customer_index, companions.companion_index
),

{{ best_candidates('scored') }}
