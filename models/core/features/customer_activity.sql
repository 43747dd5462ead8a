-- Grain: cutoff × customer with an interaction before the cutoff: when the customer is active. Interactions are first counted by
-- hour of the day (UTC), which all that follows can be added up from. hour_entropy is Shannon's, in bits: ln(n) less the mean of
-- ln(count of the hour), over ln(2). trend compares the last 90 days with the 90 before.
with hourly as (
    select
        cutoffs.cutoff_id,
        interactions.customer_index,
        extract(hour from interactions.occurred_at) as active_hour,
        count(*) as interaction_count,
        min(interactions.occurred_at) as first_at,
        max(interactions.occurred_at) as last_at,
        count(*) filter (where {{ iso_weekday('interactions.occurred_at') }} >= 6) as weekend_count,
        count(*) filter (where {{ is_recent('interactions.occurred_at', 'cutoffs.cutoff_at', 1) }}) as recent_count,
        count(*) filter (where {{ is_recent('interactions.occurred_at', 'cutoffs.cutoff_at', 2) }}) as last_two_count
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
    group by cutoffs.cutoff_id, interactions.customer_index, extract(hour from interactions.occurred_at)
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
)

select
    daily.cutoff_id,
    daily.customer_index,
    cast(daily.interaction_count as bigint) as interaction_count,
    daily.first_interaction_at,
    ({{ epoch_seconds('cutoffs.cutoff_at') }} - {{ epoch_seconds('daily.last_interaction_at') }}) / 86400.0
        as days_since_interaction,
    {{ trend('daily.recent_count', 'daily.previous_count') }} as interaction_trend,
    daily.hour_entropy,
    daily.night_count / cast(daily.interaction_count as double) as night_share,
    daily.morning_count / cast(daily.interaction_count as double) as morning_share,
    daily.afternoon_count / cast(daily.interaction_count as double) as afternoon_share,
    daily.evening_count / cast(daily.interaction_count as double) as evening_share,
    daily.weekend_count / cast(daily.interaction_count as double) as weekend_share
from daily
inner join {{ ref('cutoffs') }} as cutoffs on daily.cutoff_id = cutoffs.cutoff_id
