-- Grain: cutoff × customer × product, the next_recent_products newest of the customer's history. recent_weight is that of the
-- interaction, times next_step_weight for every moment that came after it; the best such moment counts. Lossy: of what is older.
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
        max(weight * power({{ var('next_step_weight') }}, steps_since)) as recent_weight
    from moments
    group by cutoff_id, customer_id, product_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, customer_id order by recent_weight desc nulls last, product_id asc nulls last
        ) as place
    from recent
)

select
    cutoff_id,
    customer_id,
    product_id,
    recent_weight
from ranked
where place <= {{ var('next_recent_products') }}
