-- Grain: stretch of time between two cutoffs × undone_at × situation (country, device, daypart, day_type, month,
-- session_position) × product: interactions. All contexts are added up from here, so that the interactions are read once. A
-- cutoff knows what is seen_at it or earlier and wasn't undone before it. Hours are UTC.
with stretches as (
    select
        cutoff_at,
        lag(cutoff_at) over (order by cutoff_at asc nulls last) as previous_cutoff_at
    from {{ ref('cutoffs') }}
),

hours as (
    {{ hours_by_daypart() }}
)

select
    stretches.cutoff_at as seen_at,
    events.undone_at,
    events.country,
    events.device,
    hours.daypart,
    case when {{ iso_weekday('events.occurred_at') }} >= 6 then 'weekend' else 'weekday' end as day_type,
    lpad(cast(extract(month from events.occurred_at) as string), 2, '0') as month,
    coalesce(positions.session_position, 'other') as session_position,
    events.product_index,
    count(*) as interaction_count
from {{ ref('interactions') }} as events
inner join stretches
    on
        events.occurred_at < stretches.cutoff_at
        and (stretches.previous_cutoff_at is null or events.occurred_at >= stretches.previous_cutoff_at)
left join hours on extract(hour from events.occurred_at) = hours.active_hour
left join {{ ref('session_positions') }} as positions
    on events.session_position between positions.lowest_position and positions.highest_position
group by
    stretches.cutoff_at,
    events.undone_at,
    events.country,
    events.device,
    hours.daypart,
    case when {{ iso_weekday('events.occurred_at') }} >= 6 then 'weekend' else 'weekday' end,
    lpad(cast(extract(month from events.occurred_at) as string), 2, '0'),
    coalesce(positions.session_position, 'other'),
    events.product_index
