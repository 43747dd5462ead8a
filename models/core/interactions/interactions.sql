-- Grain: interaction: a purchase, event or like of a known customer with a product, weighted by its type, with its position in
-- the customer's sessions. A like counts until the customer dislikes the product. Lossy: drops purchases and events without
-- customer or product, and types of weight zero, which show nothing about taste. reversed_at is the time at which a purchase was
-- cancelled: earlier cutoffs see the purchase, later ones do not (macro is_history). If no country is known, the customer's
-- country is used. local_at is the local time: in the time zone of the country if country_time_zones lists it, else in
-- shop_time_zone; UTC if shop_time_zone is null.
--
-- A session continues while the company's own session_id is the same. If one of two consecutive interactions has no session_id
-- (order lines have none), it continues while the gap is at most session_gap_minutes, so an order placed soon after browsing
-- joins that session. Only the previous interaction decides, so a later row cannot move an earlier one to another session.
-- Purchases reversed later remain, because the session took place. Lines of one order share a position: their order is unknown,
-- and an invented order would differ between builds.
-- depends_on: {{ ref('country_time_zones') }}
{%- set session_gap_minutes = 30 %}   {#- the convention of web analytics #}
with purchase_interactions as (
    select
        customer_index,
        product_index,
        'purchase' as event_type,
        occurred_at,
        reversed_at,
        device,
        country,
        session_id
    from {{ ref('purchases') }}
    where customer_index is not null
),

event_interactions as (
    select
        customers.customer_index,
        products.product_index,
        events.event_type,
        {{ protocol_time('events.occurred_at', 'events.occurred_at', 'held_out') }} as occurred_at,
        cast(null as timestamp) as reversed_at,
        events.device,
        events.country,
        events.session_id
    from {{ ref('clean_events') }} as events
    inner join {{ ref('clean_customers') }} as customers on events.customer_id = customers.customer_id
    inner join {{ ref('clean_products') }} as products on events.product_id = products.product_id
    {%- if seam_is_on('held_out_interactions') %}
    left join {{ seam('held_out_interactions') }} as held_out
        on
            events.customer_id = held_out.customer_id
            and events.product_id = held_out.product_id
    {%- endif %}
    where events.event_type <> 'purchase'
),

likes as (
    select
        customers.customer_index,
        products.product_index,
        'like' as event_type,
        {{ protocol_time('likes.given_at', 'likes.given_at', 'held_out') }} as occurred_at,
        min({{ protocol_time('dislikes.given_at', 'likes.given_at', 'held_out') }}) as reversed_at,
        'unknown' as device,
        'unknown' as country,
        cast(null as string) as session_id
    from {{ ref('clean_feedback') }} as likes
    inner join {{ ref('clean_customers') }} as customers on likes.customer_id = customers.customer_id
    inner join {{ ref('clean_products') }} as products on likes.product_id = products.product_id
    left join {{ ref('clean_feedback') }} as dislikes
        on
            likes.customer_id = dislikes.customer_id
            and likes.product_id = dislikes.product_id
            and dislikes.verdict = 'dislike'
            and likes.given_at <= dislikes.given_at
    {%- if seam_is_on('held_out_interactions') %}
    left join {{ seam('held_out_interactions') }} as held_out
        on
            likes.customer_id = held_out.customer_id
            and likes.product_id = held_out.product_id
    {%- endif %}
    where likes.verdict = 'like'
    group by
        likes.record_id,
        {{ 'held_out.cutoff_at,' if seam_is_on('held_out_interactions') }}
        customers.customer_index,
        products.product_index,
        likes.given_at
),

all_interactions as (
    select * from purchase_interactions
    union all
    select * from event_interactions
    union all
    select * from likes
),

weighted as (
    select
        all_interactions.*,
        event_weights.weight
    from all_interactions
    inner join {{ ref('event_weights') }} as event_weights on all_interactions.event_type = event_weights.event_type
    where event_weights.weight > 0
),

followed as (
    select
        customer_index,
        product_index,
        event_type,
        occurred_at,
        reversed_at,
        device,
        country,
        session_id,
        weight,
        lag(occurred_at) over (
            partition by customer_index order by occurred_at asc nulls last, session_id asc nulls last
        ) as previous_at,
        lag(session_id) over (
            partition by customer_index order by occurred_at asc nulls last, session_id asc nulls last
        ) as previous_session_id,
        rank() over (
            partition by customer_index order by occurred_at asc nulls last, session_id asc nulls last
        ) as history_position,
        dense_rank() over (
            partition by customer_index order by occurred_at asc nulls last, session_id asc nulls last
        ) as moment_number
    from weighted
),

started as (
    select
        *,
        case
            when previous_at is null then true
            when session_id is not null and previous_session_id is not null then session_id <> previous_session_id
            else
                {{ epoch_seconds('occurred_at') }} - {{ epoch_seconds('previous_at') }}
                > {{ session_gap_minutes }} * 60
        end as starts_session
    from followed
),

-- Running sums and maxima include all rows that share a position, so it does not matter which of them is marked as the start.
numbered as (
    select
        *,
        sum(case when starts_session then 1 else 0 end) over (
            partition by customer_index order by occurred_at asc nulls last, session_id asc nulls last
        ) as session_number,
        max(case when starts_session then history_position end) over (
            partition by customer_index order by occurred_at asc nulls last, session_id asc nulls last
        ) as start_position,
        max(case when starts_session then occurred_at when previous_at < occurred_at then previous_at end) over (
            partition by customer_index order by occurred_at asc nulls last, session_id asc nulls last
        ) as moment_before
    from started
),

located as (
    select
        numbered.*,
        case when numbered.country = 'unknown' then customers.country else numbered.country end as known_country
    from numbered
    inner join {{ ref('clean_customers') }} as customers on numbered.customer_index = customers.customer_index
)

select
    located.customer_index,
    located.product_index,
    located.event_type,
    located.occurred_at,
    {%- if var('shop_time_zone') %}
    {{ local_time('located.occurred_at', "coalesce(zones.time_zone, '" ~ var('shop_time_zone') ~ "')") }} as local_at,
    {%- else %}
    located.occurred_at as local_at,
    {%- endif %}
    located.reversed_at,
    located.device,
    located.known_country as country,
    cast(located.session_number as bigint) as session_number,
    located.history_position - located.start_position + 1 as session_position,
    located.moment_number,
    case
        when located.history_position > located.start_position
            then {{ epoch_seconds('located.occurred_at') }} - {{ epoch_seconds('located.moment_before') }}
    end as seconds_since_previous,
    located.weight
from located
{%- if var('shop_time_zone') %}
left join {{ ref('country_time_zones') }} as zones on located.known_country = zones.country
{%- endif %}
