-- Grain: cutoff × customer with an interaction before the cutoff. How often the customer visits, how long and how busy the
-- visits are, how many of them end in a purchase, and how far the newest one has got. A visit counts as far as it lies before
-- the cutoff. Purchases undone later stay: the visit took place. A visit of one moment lasts no time.
with visits as (
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

summed as (
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
    from visits
    group by cutoff_id, cutoff_at, customer_index
),

newest as (
    select
        summed.cutoff_id,
        summed.customer_index,
        count(distinct events.product_index) as product_count
    from summed
    inner join {{ ref('interactions') }} as events
        on
            summed.customer_index = events.customer_index
            and summed.newest_session = events.session_number
            and summed.cutoff_at > events.occurred_at
    group by summed.cutoff_id, summed.customer_index
)

select
    summed.cutoff_id,
    summed.customer_index,
    summed.session_count,
    summed.span_seconds / 86400.0 / nullif(summed.session_count - 1, 0) as days_between_sessions,
    summed.second_count / 60.0 / summed.session_count as minutes_per_session,
    summed.interaction_count / cast(summed.session_count as double) as interactions_per_session,
    summed.converted_count / cast(summed.session_count as double) as converted_share,
    summed.newest_interaction_count as newest_session_interactions,
    newest.product_count as newest_session_products
from summed
inner join newest
    on
        summed.cutoff_id = newest.cutoff_id
        and summed.customer_index = newest.customer_index
