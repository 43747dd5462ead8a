-- Grain: cutoff × customer known by the cutoff: signed up, or seen in an order or an interaction, before it. The earliest of
-- these is where tenure starts; a sign-up after the cutoff is the future and says nothing. What interactions tell is NULL where
-- there was none yet. They are first counted by hour of the day (UTC), which all that follows can be added up from. hour_entropy
-- is Shannon's, in bits: ln(n) less the mean of ln(count of the hour), over ln(2). interaction_trend compares the last 90 days
-- with the 90 before.
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
        daily.hour_entropy
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
    weekend_count / cast(interaction_count as double) as weekend_share
from known
where known_since is not null
