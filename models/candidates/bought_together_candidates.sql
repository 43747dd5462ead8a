-- Grain: cutoff × customer × product. What goes with the customer's history in one order: strength × confidence ×
-- ln(1 + lift), over all products of the history. Confidence alone would propose what everybody orders, lift alone what hardly
-- anybody does. Read by candidate_scores.
with scored as (
    select
        strengths.cutoff_id,
        strengths.customer_id,
        pairs.companion_id as product_id,
        {{ stable_sum('strengths.strength * pairs.confidence * ln(1 + pairs.lift)') }} as score
    from {{ ref('customer_product_strengths') }} as strengths
    inner join {{ ref('cutoff_customers') }} as customers
        on
            strengths.cutoff_id = customers.cutoff_id
            and strengths.customer_id = customers.customer_id
    inner join {{ ref('product_pairs') }} as pairs
        on
            strengths.cutoff_id = pairs.cutoff_id
            and strengths.product_id = pairs.product_id
    inner join {{ ref('cutoff_products') }} as products
        on
            pairs.cutoff_id = products.cutoff_id
            and pairs.companion_id = products.product_id
    group by strengths.cutoff_id, strengths.customer_id, pairs.companion_id
),

{{ best_candidates('scored') }}
