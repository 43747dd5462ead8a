-- Grain: session × stretch of time between two cutoffs: a session that a cutoff falls into has a row on either side of it, so
-- that what a cutoff knows of it is what is seen_at it or earlier, and counts add up.
with stretches as (
    select
        cutoff_at,
        lag(cutoff_at) over (order by cutoff_at asc nulls last) as previous_cutoff_at
    from {{ ref('cutoffs') }}
)

select
    events.customer_index,
    events.session_number,
    stretches.cutoff_at as seen_at,
    min(events.occurred_at) as started_at,
    max(events.occurred_at) as ended_at,
    count(*) as interaction_count,
    count(*) filter (where events.event_type = 'purchase') as purchase_count
from {{ ref('interactions') }} as events
inner join stretches
    on
        events.occurred_at < stretches.cutoff_at
        and (stretches.previous_cutoff_at is null or events.occurred_at >= stretches.previous_cutoff_at)
group by events.customer_index, events.session_number, stretches.cutoff_at
