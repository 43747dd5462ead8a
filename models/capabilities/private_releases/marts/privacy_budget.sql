-- Grain: release × statistic: the privacy loss of each release of private_aggregates, and the total of all releases up to it.
-- Countries share the epsilon of a statistic, because each customer is in one country only.
with spent as (
    select
        release_number,
        statistic,
        mechanism,
        min(noise_scale) as noise_scale,
        min(epsilon) as epsilon,
        min(delta) as delta
    from {{ ref('private_releases') }}
    group by release_number, statistic, mechanism
),

added as (
    select
        release_number,
        {{ stable_sum('epsilon') }} as epsilon,
        {{ stable_sum('delta') }} as delta
    from spent
    group by release_number
),

totals as (
    select
        later.release_number,
        {{ stable_sum('earlier.epsilon') }} as total_epsilon,
        {{ stable_sum('earlier.delta') }} as total_delta
    from added as later
    inner join added as earlier on later.release_number >= earlier.release_number
    group by later.release_number
)

select
    spent.release_number,
    spent.statistic,
    spent.mechanism,
    spent.noise_scale,
    spent.epsilon,
    spent.delta,
    totals.total_epsilon,
    totals.total_delta
from spent
inner join totals on spent.release_number = totals.release_number
