-- Grain: interaction, a purchase, event or like of a known customer with a product, weighted by its type. A like stands until the
-- customer dislikes the product. Lossy: purchases and
-- events without customer or product, and types whose weight is zero, say nothing about taste. A view: interactions reads it once
-- and keeps it. Times follow the var evaluation_protocol.
{{ config(materialized='view') }}
with purchase_interactions as (
    select
        purchase_id as interaction_id,
        customer_id,
        product_id,
        'purchase' as event_type,
        occurred_at,
        undone_at,
        device,
        country,
        session_id
    from {{ ref('purchases') }}
),

event_interactions as (
    select
        events.record_id as interaction_id,
        events.customer_id,
        events.product_id,
        events.event_type,
        {{ protocol_time('events.occurred_at', 'events.occurred_at', 'held_out') }} as occurred_at,
        cast(null as timestamp) as undone_at,
        events.device,
        events.country,
        events.session_id
    from {{ ref('clean_events') }} as events
    left join {{ ref('held_out_products') }} as held_out
        on
            events.customer_id = held_out.customer_id
            and events.product_id = held_out.product_id
    where events.event_type <> 'purchase'
),

likes as (
    select
        likes.record_id as interaction_id,
        likes.customer_id,
        likes.product_id,
        'like' as event_type,
        likes.given_at as occurred_at,
        min(dislikes.given_at) as undone_at,
        'unknown' as device,
        'unknown' as country,
        cast(null as string) as session_id
    from {{ ref('clean_feedback') }} as likes
    inner join {{ ref('clean_products') }} as products on likes.product_id = products.product_id
    left join {{ ref('clean_feedback') }} as dislikes
        on
            likes.customer_id = dislikes.customer_id
            and likes.product_id = dislikes.product_id
            and dislikes.verdict = 'dislike'
            and likes.given_at <= dislikes.given_at
    where likes.verdict = 'like'
    group by likes.record_id, likes.customer_id, likes.product_id, likes.given_at
),

all_interactions as (
    select * from purchase_interactions
    union all
    select * from event_interactions
    union all
    select * from likes
)

select
    all_interactions.interaction_id,
    all_interactions.customer_id,
    all_interactions.product_id,
    all_interactions.event_type,
    all_interactions.occurred_at,
    all_interactions.undone_at,
    all_interactions.device,
    all_interactions.country,
    all_interactions.session_id,
    event_weights.weight
from all_interactions
inner join {{ ref('event_weights') }} as event_weights on all_interactions.event_type = event_weights.event_type
where
    all_interactions.customer_id is not null
    and all_interactions.product_id is not null
    and event_weights.weight > 0
