-- Catches customers who are in no profile, and shares that do not sum to one. If small counts are suppressed, the published sum
-- must be below the number of all customers by at least smallest_published_cell; otherwise the difference would reveal them.
with profiled as (
    select
        cutoff_id,
        sum(customer_count) as customer_count,
        sum(customer_share) as share_sum,
        count(*) - count(customer_count) as suppressed_count
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
where
    profiled.cutoff_id is null
    or (
        profiled.suppressed_count = 0
        and (expected.customer_count <> profiled.customer_count or abs(profiled.share_sum - 1) > 0.000001)
    )
    or (
        profiled.suppressed_count > 0
        and expected.customer_count - coalesce(profiled.customer_count, 0)
        < least({{ var('smallest_published_cell') }}, expected.customer_count)
    )
