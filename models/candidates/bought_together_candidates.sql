-- Grain: cutoff × customer × product. What goes with the customer's history in one order: strength × confidence ×
-- ln(1 + lift), over all products of the history. Confidence alone would propose what everybody orders, lift alone what hardly
-- anybody does. Lossy: each product speaks for its pairs_per_product best companions, so that cost doesn't grow with the square
-- of the catalogue. Read by candidate_scores.
with companions as (
    select
        pairs.cutoff_id,
        pairs.product_id,
        pairs.companion_id,
        pairs.confidence * ln(1 + pairs.lift) as pair_score,
        row_number() over (
            partition by pairs.cutoff_id, pairs.product_id
            order by pairs.confidence * ln(1 + pairs.lift) desc nulls last, pairs.companion_id asc nulls last
        ) as place
    from {{ ref('product_pairs') }} as pairs
    inner join {{ ref('cutoff_products') }} as products
        on
            pairs.cutoff_id = products.cutoff_id
            and pairs.companion_id = products.product_id
),

scored as (
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
    inner join companions
        on
            strengths.cutoff_id = companions.cutoff_id
            and strengths.product_id = companions.product_id
    where companions.place <= {{ var('pairs_per_product') }}
    group by strengths.cutoff_id, strengths.customer_id, companions.companion_id
),

{{ best_candidates('scored') }}
