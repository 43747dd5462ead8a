-- Grain: interaction, a purchase or event of a known customer with a product, weighted by its type, with its place in the
-- customer's sessions. undone_at is when a purchase was cancelled: cutoffs before it know the purchase, later ones don't (macro
-- is_history). Where no country is known the customer's stands in.
--
-- A session goes on while the company's own session_id stays the same; next to an interaction without one (order lines have
-- none) it goes on while the pause is no longer than session_gap_minutes. So the order that follows a visit belongs to it. Only
-- the interaction before decides, so that nothing that comes later moves an earlier one into another session. Purchases undone
-- later stay: the visit took place. Lines of one order share a position: no order of theirs is known, and an invented one would
-- differ between builds.
with followed as (
    select
        interaction_id,
        customer_id,
        product_id,
        event_type,
        occurred_at,
        undone_at,
        device,
        country,
        session_id,
        weight,
        lag(occurred_at) over (
            partition by customer_id order by occurred_at asc nulls last, session_id asc nulls last
        ) as previous_at,
        lag(session_id) over (
            partition by customer_id order by occurred_at asc nulls last, session_id asc nulls last
        ) as previous_session_id,
        rank() over (partition by customer_id order by occurred_at asc nulls last, session_id asc nulls last) as place
    from {{ ref('weighted_interactions') }}
),

started as (
    select
        *,
        case
            when previous_at is null then true
            when session_id is not null and previous_session_id is not null then session_id <> previous_session_id
            else
                {{ epoch_seconds('occurred_at') }} - {{ epoch_seconds('previous_at') }}
                > {{ var('session_gap_minutes') }} * 60
        end as starts_session
    from followed
),

-- Sums and maxima run up to the last of those that share a place, so that which of them is marked as the start doesn't matter.
numbered as (
    select
        *,
        sum(case when starts_session then 1 else 0 end) over (
            partition by customer_id order by occurred_at asc nulls last, session_id asc nulls last
        ) as session_number,
        max(case when starts_session then place end) over (
            partition by customer_id order by occurred_at asc nulls last, session_id asc nulls last
        ) as first_place,
        max(case when starts_session then occurred_at end) over (
            partition by customer_id order by occurred_at asc nulls last, session_id asc nulls last
        ) as session_started_at,
        max(case when previous_at < occurred_at then previous_at end) over (
            partition by customer_id order by occurred_at asc nulls last, session_id asc nulls last
        ) as moment_before
    from started
)

select
    numbered.interaction_id,
    numbered.customer_id,
    numbered.product_id,
    numbered.event_type,
    numbered.occurred_at,
    numbered.undone_at,
    numbered.device,
    case when numbered.country = 'unknown' then customers.country else numbered.country end as country,
    cast(numbered.session_number as bigint) as session_number,
    numbered.place - numbered.first_place + 1 as session_position,
    case
        when numbered.place > numbered.first_place
            then
                {{ epoch_seconds('numbered.occurred_at') }}
                - {{ epoch_seconds('greatest(numbered.moment_before, numbered.session_started_at)') }}
    end as seconds_since_previous,
    numbered.weight
from numbered
inner join {{ ref('clean_customers') }} as customers on numbered.customer_id = customers.customer_id
