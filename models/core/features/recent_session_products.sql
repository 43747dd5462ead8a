-- Grain: cutoff × customer × product of the customer's newest session before the cutoff. What somebody looked at a moment ago
-- says more about the next click than the year before does; is_running says whether that session may still go on. Positions and
-- counts are those of what had happened by the cutoff.
with newest as (
    select
        cutoffs.cutoff_id,
        cutoffs.cutoff_at,
        sessions.customer_index,
        max(sessions.session_number) as session_number,
        max(sessions.ended_at) as ended_at
    from {{ ref('sessions') }} as sessions
    inner join {{ ref('cutoffs') }} as cutoffs on sessions.seen_at <= cutoffs.cutoff_at
    group by cutoffs.cutoff_id, cutoffs.cutoff_at, sessions.customer_index
)

select
    newest.cutoff_id,
    newest.customer_index,
    events.product_index,
    count(*) as interaction_count,
    count(*) filter (where events.event_type = 'purchase') as purchase_count,
    min(events.session_position) as first_position,
    max(events.session_position) as last_position,
    {{ epoch_seconds('newest.cutoff_at') }} - {{ epoch_seconds('max(events.occurred_at)') }} as seconds_since_interaction,
    {{ epoch_seconds('newest.cutoff_at') }} - {{ epoch_seconds('newest.ended_at') }} <= {{ session_gap_minutes() }} * 60
        as is_running
from {{ ref('interactions') }} as events
inner join newest
    on
        events.customer_index = newest.customer_index
        and events.session_number = newest.session_number
        and events.occurred_at < newest.cutoff_at
group by newest.cutoff_id, newest.cutoff_at, newest.customer_index, newest.ended_at, events.product_index
