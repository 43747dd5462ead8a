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

told_apart as (
    select
        scored.*,
        row_number() over (
            partition by scored.cutoff_id, scored.customer_id, seen.product_id is null
            order by scored.score desc nulls last, scored.product_id asc nulls last
        ) as rank_among_its_kind,
        row_number() over (
            partition by scored.cutoff_id, scored.customer_id
            order by scored.score desc nulls last, scored.product_id asc nulls last
        ) as source_rank,
        seen.product_id is null as is_new
    from scored
    left join {{ ref('customer_product_strengths') }} as seen
        on
            scored.cutoff_id = seen.cutoff_id
            and scored.customer_id = seen.customer_id
            and scored.product_id = seen.product_id
)

select
    cutoff_id,
    customer_id,
    product_id,
    score
from told_apart
where
    source_rank <= {{ var('candidates_per_source') }}
    or (is_new and rank_among_its_kind <= {{ var('candidates_per_source') }})
