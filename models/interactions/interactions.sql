-- Grain: interaction, a cleaned order line or event of a known customer with a product, weighted by its type. Lossy: lines
-- and events without customer or product, and types whose weight is zero, say nothing about taste. A purchase that comes as
-- event counts only where no order lines are mapped, else it would count twice. Read by customer_product_strengths and
-- relevant_products.
with order_interactions as (
    select
        record_id as interaction_id,
        customer_id,
        product_id,
        'purchase' as event_type,
        ordered_at as occurred_at
    from {{ ref('clean_order_lines') }}
),

event_interactions as (
    select
        record_id as interaction_id,
        customer_id,
        product_id,
        event_type,
        occurred_at
    from {{ ref('clean_events') }}
    where event_type <> 'purchase' or not exists (select 1 from {{ ref('clean_order_lines') }})
),

all_interactions as (
    select * from order_interactions
    union all
    select * from event_interactions
)

select
    all_interactions.interaction_id,
    all_interactions.customer_id,
    all_interactions.product_id,
    all_interactions.event_type,
    all_interactions.occurred_at,
    event_weights.weight
from all_interactions
inner join {{ ref('event_weights') }} as event_weights on all_interactions.event_type = event_weights.event_type
where
    all_interactions.customer_id is not null
    and all_interactions.product_id is not null
    and event_weights.weight > 0
