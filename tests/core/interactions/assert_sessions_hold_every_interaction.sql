-- Catches interactions without a visit, in two, or from behind the last cutoff.
with counted as (
    select sum(interaction_count) as interaction_count
    from {{ ref('sessions') }}
),

expected as (
    select count(*) as interaction_count
    from {{ ref('interactions') }}
)

select
    expected.interaction_count as expected_count,
    counted.interaction_count as counted_count
from expected
cross join counted
where expected.interaction_count <> coalesce(counted.interaction_count, 0)
