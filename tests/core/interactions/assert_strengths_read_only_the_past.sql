-- Catches a leak: the strengths of a cutoff must count exactly the interactions that occurred before it and were not reversed
-- before it.
with counted as (
    select
        cutoff_id,
        sum(interaction_count) as interaction_count
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id
),

expected as (
    select
        cutoffs.cutoff_id,
        count(interactions.customer_index) as interaction_count
    from {{ ref('cutoffs') }} as cutoffs
    left join {{ ref('interactions') }} as interactions
        on
            cutoffs.cutoff_at > interactions.occurred_at
            and cutoffs.cutoff_at <= coalesce(interactions.reversed_at, cutoffs.cutoff_at)
    group by cutoffs.cutoff_id
)

select
    expected.cutoff_id,
    expected.interaction_count,
    counted.interaction_count as counted_count
from expected
left join counted on expected.cutoff_id = counted.cutoff_id
where expected.interaction_count <> coalesce(counted.interaction_count, 0)
