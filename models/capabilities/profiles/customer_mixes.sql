-- Grain: cutoff × customer × attribute (device of interactions, channel of orders) × value before the cutoff, with its share and
-- rank. Excludes unknown devices and channels, and values of fewer than smallest_published_cell customers: a rare text may
-- contain anything, and customer_features would publish it.
with counted as (
    select
        cutoffs.cutoff_id,
        interactions.customer_index,
        'device' as attribute,
        interactions.device as attribute_value,
        count(*) as use_count
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
    where interactions.device <> 'unknown'
    group by cutoffs.cutoff_id, interactions.customer_index, interactions.device
    union all
    select
        cutoffs.cutoff_id,
        baskets.customer_index,
        'channel' as attribute,
        baskets.channel as attribute_value,
        count(*) as use_count
    from {{ ref('baskets') }} as baskets
    inner join {{ ref('cutoffs') }} as cutoffs on baskets.ordered_at < cutoffs.cutoff_at
    where baskets.is_counted and baskets.channel <> 'unknown'
    group by cutoffs.cutoff_id, baskets.customer_index, baskets.channel
),

sized as (
    select
        *,
        count(*) over (partition by cutoff_id, attribute, attribute_value) as customer_count
    from counted
)

select
    cutoff_id,
    customer_index,
    attribute,
    attribute_value,
    use_count,
    use_count / cast(sum(use_count) over (partition by cutoff_id, customer_index, attribute) as double) as use_share,
    row_number() over (
        partition by cutoff_id, customer_index, attribute order by use_count desc nulls last, attribute_value asc nulls last
    ) as use_rank
from sized
where customer_count >= {{ var('smallest_published_cell') }}
