-- Catches customers who are in no profile, and shares that don't make a whole.
with profiled as (
    select
        cutoff_id,
        sum(customer_count) as customer_count,
        sum(customer_share) as share_sum
    from {{ ref('segment_profiles') }}
    group by cutoff_id
),

expected as (
    select
        cutoff_id,
        count(*) as customer_count
    from {{ ref('customer_features') }}
    group by cutoff_id
)

select
    expected.cutoff_id,
    expected.customer_count as expected_count,
    profiled.customer_count as profiled_count
from expected
left join profiled on expected.cutoff_id = profiled.cutoff_id
where expected.customer_count <> coalesce(profiled.customer_count, 0) or abs(profiled.share_sum - 1) > 0.000001
