-- Grain: cutoff × customer known at the cutoff: signed up, or with an order or interaction, before it. Tenure starts at the
-- earliest of these; a sign-up after the cutoff is in the future and is ignored. Features of interactions are NULL if the
-- customer had none yet. Interactions are first counted by local hour of the day, from which the other features are summed.
-- hour_entropy is Shannon entropy in bits: (ln(n) minus the mean of ln(count of the hour)) / ln(2). interaction_trend compares
-- the last 90 days with the 90 days before. A session counts with its part before the cutoff; a session of a single moment has
-- duration 0. Purchases reversed later stay in their session, because the session took place.
with hourly as (
    select
        cutoffs.cutoff_id,
        interactions.customer_index,
        extract(hour from interactions.local_at) as active_hour,
        count(*) as interaction_count,
        min(interactions.occurred_at) as first_at,
        max(interactions.occurred_at) as last_at,
        count(*) filter (where {{ iso_weekday('interactions.local_at') }} >= 6) as weekend_count,
        count(*) filter (where {{ is_recent('interactions.occurred_at', 'cutoffs.cutoff_at', 1) }}) as recent_count,
        count(*) filter (where {{ is_recent('interactions.occurred_at', 'cutoffs.cutoff_at', 2) }}) as last_two_count
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
    group by cutoffs.cutoff_id, interactions.customer_index, extract(hour from interactions.local_at)
),

daily as (
    select
        cutoff_id,
        customer_index,
        sum(interaction_count) as interaction_count,
        min(first_at) as first_interaction_at,
        max(last_at) as last_interaction_at,
        sum(weekend_count) as weekend_count,
        sum(recent_count) as recent_count,
        sum(last_two_count) - sum(recent_count) as previous_count,
        sum(case when active_hour < 6 then interaction_count else 0 end) as night_count,
        sum(case when active_hour >= 6 and active_hour < 12 then interaction_count else 0 end) as morning_count,
        sum(case when active_hour >= 12 and active_hour < 18 then interaction_count else 0 end) as afternoon_count,
        sum(case when active_hour >= 18 then interaction_count else 0 end) as evening_count,
        {{ entropy_bits('interaction_count') }} as hour_entropy
    from hourly
    group by cutoff_id, customer_index
),

sessions as (
    select
        cutoffs.cutoff_id,
        cutoffs.cutoff_at,
        events.customer_index,
        events.session_number,
        min(events.occurred_at) as started_at,
        max(events.occurred_at) as ended_at,
        count(*) as interaction_count,
        count(*) filter (where events.event_type = 'purchase') as purchase_count
    from {{ ref('interactions') }} as events
    inner join {{ ref('cutoffs') }} as cutoffs on events.occurred_at < cutoffs.cutoff_at
    group by cutoffs.cutoff_id, cutoffs.cutoff_at, events.customer_index, events.session_number
),

session_sums as (
    select
        cutoff_id,
        cutoff_at,
        customer_index,
        count(*) as session_count,
        {{ stable_sum(epoch_seconds('ended_at') ~ ' - ' ~ epoch_seconds('started_at')) }} as second_count,
        {{ epoch_seconds('max(started_at)') }} - {{ epoch_seconds('min(started_at)') }} as span_seconds,
        cast(sum(interaction_count) as bigint) as interaction_count,
        count(*) filter (where purchase_count > 0) as converted_count,
        max(session_number) as newest_session,
        max_by(interaction_count, session_number) as newest_interaction_count
    from sessions
    group by cutoff_id, cutoff_at, customer_index
),

newest_sessions as (
    select
        session_sums.cutoff_id,
        session_sums.customer_index,
        count(distinct events.product_index) as product_count
    from session_sums
    inner join {{ ref('interactions') }} as events
        on
            session_sums.customer_index = events.customer_index
            and session_sums.newest_session = events.session_number
            and session_sums.cutoff_at > events.occurred_at
    group by session_sums.cutoff_id, session_sums.customer_index
),

known as (
    select
        cutoffs.cutoff_id,
        cutoffs.cutoff_at,
        customers.customer_index,
        least(
            case when customers.signed_up_at < cutoffs.cutoff_at then customers.signed_up_at end,
            orders.first_ordered_at,
            daily.first_interaction_at
        ) as known_since,
        daily.interaction_count,
        daily.first_interaction_at,
        daily.last_interaction_at,
        daily.weekend_count,
        daily.recent_count,
        daily.previous_count,
        daily.night_count,
        daily.morning_count,
        daily.afternoon_count,
        daily.evening_count,
        daily.hour_entropy,
        session_sums.session_count,
        session_sums.second_count,
        session_sums.span_seconds,
        session_sums.interaction_count as session_interaction_count,
        session_sums.converted_count,
        session_sums.newest_interaction_count,
        newest_sessions.product_count as newest_product_count
    from {{ ref('clean_customers') }} as customers
    cross join {{ ref('cutoffs') }} as cutoffs
    left join {{ ref('customer_orders') }} as orders
        on
            cutoffs.cutoff_id = orders.cutoff_id
            and customers.customer_index = orders.customer_index
    left join daily
        on
            cutoffs.cutoff_id = daily.cutoff_id
            and customers.customer_index = daily.customer_index
    left join session_sums
        on
            cutoffs.cutoff_id = session_sums.cutoff_id
            and customers.customer_index = session_sums.customer_index
    left join newest_sessions
        on
            cutoffs.cutoff_id = newest_sessions.cutoff_id
            and customers.customer_index = newest_sessions.customer_index
)

select
    cutoff_id,
    customer_index,
    known_since,
    ({{ epoch_seconds('cutoff_at') }} - {{ epoch_seconds('known_since') }}) / 86400.0 as tenure_days,
    cast(interaction_count as bigint) as interaction_count,
    first_interaction_at,
    ({{ epoch_seconds('cutoff_at') }} - {{ epoch_seconds('last_interaction_at') }}) / 86400.0 as days_since_interaction,
    {{ trend('recent_count', 'previous_count') }} as interaction_trend,
    hour_entropy,
    night_count / cast(interaction_count as double) as night_share,
    morning_count / cast(interaction_count as double) as morning_share,
    afternoon_count / cast(interaction_count as double) as afternoon_share,
    evening_count / cast(interaction_count as double) as evening_share,
    weekend_count / cast(interaction_count as double) as weekend_share,
    session_count,
    span_seconds / 86400.0 / nullif(session_count - 1, 0) as days_between_sessions,
    second_count / 60.0 / session_count as minutes_per_session,
    session_interaction_count / cast(session_count as double) as interactions_per_session,
    converted_count / cast(session_count as double) as converted_share,
    newest_interaction_count as newest_session_interactions,
    newest_product_count as newest_session_products
from known
where known_since is not null
