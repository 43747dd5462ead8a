-- Catches interactions that contexts lose, or that leak from after a cutoff: context `all` must count as many as the strengths.
with counted as (
    select
        cutoff_id,
        sum(interaction_count) as interaction_count
    from {{ ref('context_counts') }}
    where context = 'all' and attribute = 'product'
    group by cutoff_id
),

expected as (
    select
        cutoff_id,
        sum(interaction_count) as interaction_count
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id
)

select
    expected.cutoff_id,
    expected.interaction_count as expected_count,
    counted.interaction_count as counted_count
from expected
full outer join counted on expected.cutoff_id = counted.cutoff_id
where coalesce(expected.interaction_count, 0) <> coalesce(counted.interaction_count, 0)
