-- Grain: cutoff × customer × product. What usually follows the customer's last steps: over the next_recent_products newest
-- products of the history, weight × transition_score. The weight of a product is its interaction's, times next_step_weight
-- for every moment that came after it; the best such moment counts. Read by candidate_scores.
with moments as (
    select
        customers.cutoff_id,
        interactions.customer_id,
        interactions.product_id,
        interactions.weight,
        dense_rank() over (
            partition by customers.cutoff_id, interactions.customer_id
            order by interactions.session_number desc nulls last, interactions.session_position desc nulls last
        ) - 1 as steps_since
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
    inner join {{ ref('cutoff_customers') }} as customers
        on
            cutoffs.cutoff_id = customers.cutoff_id
            and interactions.customer_id = customers.customer_id
),

recent as (
    select
        cutoff_id,
        customer_id,
        product_id,
        max(weight * power({{ var('next_step_weight') }}, steps_since)) as weight
    from moments
    group by cutoff_id, customer_id, product_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, customer_id order by weight desc nulls last, product_id asc nulls last
        ) as place
    from recent
),

scored as (
    select
        ranked.cutoff_id,
        ranked.customer_id,
        transitions.next_product_id as product_id,
        {{ stable_sum('ranked.weight * transitions.transition_score') }} as score
    from ranked
    inner join {{ ref('product_transitions') }} as transitions
        on
            ranked.cutoff_id = transitions.cutoff_id
            and ranked.product_id = transitions.product_id
    where ranked.place <= {{ var('next_recent_products') }}
    group by ranked.cutoff_id, ranked.customer_id, transitions.next_product_id
),

{{ best_candidates('scored') }}
