-- Grain: cutoff × customer with an interaction before the cutoff. How often the customer visits, how long and how busy the
-- visits are, and how many of them end in a purchase; and how far the newest one has got. A session of one moment lasts no
-- time.
with visits as (
    select
        cutoffs.cutoff_id,
        sessions.customer_index,
        sessions.session_number,
        min(sessions.started_at) as started_at,
        max(sessions.ended_at) as ended_at,
        sum(sessions.interaction_count) as interaction_count,
        sum(sessions.purchase_count) as purchase_count
    from {{ ref('sessions') }} as sessions
    inner join {{ ref('cutoffs') }} as cutoffs on sessions.seen_at <= cutoffs.cutoff_at
    group by cutoffs.cutoff_id, sessions.customer_index, sessions.session_number
),

summed as (
    select
        cutoff_id,
        customer_index,
        count(*) as session_count,
        {{ stable_sum(epoch_seconds('ended_at') ~ ' - ' ~ epoch_seconds('started_at')) }} as second_count,
        {{ epoch_seconds('max(started_at)') }} - {{ epoch_seconds('min(started_at)') }} as span_seconds,
        cast(sum(interaction_count) as bigint) as interaction_count,
        count(*) filter (where purchase_count > 0) as converted_count
    from visits
    group by cutoff_id, customer_index
),

newest as (
    select
        cutoff_id,
        customer_index,
        cast(sum(interaction_count) as bigint) as interaction_count,
        count(*) as product_count
    from {{ ref('recent_session_products') }}
    group by cutoff_id, customer_index
)

select
    summed.cutoff_id,
    summed.customer_index,
    summed.session_count,
    summed.span_seconds / 86400.0 / nullif(summed.session_count - 1, 0) as days_between_sessions,
    summed.second_count / 60.0 / summed.session_count as minutes_per_session,
    summed.interaction_count / cast(summed.session_count as double) as interactions_per_session,
    summed.converted_count / cast(summed.session_count as double) as converted_share,
    newest.interaction_count as newest_session_interactions,
    newest.product_count as newest_session_products
from summed
inner join newest
    on
        summed.cutoff_id = newest.cutoff_id
        and summed.customer_index = newest.customer_index
