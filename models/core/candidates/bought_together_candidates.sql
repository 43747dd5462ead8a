-- Grain: cutoff × customer × product. What goes with the customer's history in one order: strength × pair_score, over all
-- products of the history.
with scored as (
    select
        strengths.cutoff_id,
        strengths.customer_id,
        companions.companion_id as product_id,
        {{ stable_sum('strengths.strength * companions.pair_score') }} as score
    from {{ ref('customer_product_strengths') }} as strengths
    inner join {{ ref('cutoff_customers') }} as customers
        on
            strengths.cutoff_id = customers.cutoff_id
            and strengths.customer_id = customers.customer_id
    inner join {{ ref('product_companions') }} as companions
        on
            strengths.cutoff_id = companions.cutoff_id
            and strengths.product_id = companions.product_id
    group by strengths.cutoff_id, strengths.customer_id, companions.companion_id
),

{{ best_candidates('scored') }}
