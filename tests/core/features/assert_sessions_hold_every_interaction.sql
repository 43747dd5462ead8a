-- Catches interactions before a cutoff that belong to no session or to two.
with counted as (
    select
        cutoff_id,
        round(sum(session_count * interactions_per_session)) as interaction_count
    from {{ ref('customer_activity') }}
    group by cutoff_id
),

expected as (
    select
        cutoffs.cutoff_id,
        count(*) as interaction_count
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on interactions.occurred_at < cutoffs.cutoff_at
    group by cutoffs.cutoff_id
)

select
    expected.cutoff_id,
    expected.interaction_count as expected_count,
    counted.interaction_count as counted_count
from expected
left join counted on expected.cutoff_id = counted.cutoff_id
where counted.interaction_count is distinct from expected.interaction_count
