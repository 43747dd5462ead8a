-- Catches shares that do not sum to one: customers' tastes per attribute, and customers' activity by daypart.
with sums as (
    select
        'customer_tastes' as feature_table,
        sum(strength_share) as share_sum
    from {{ ref('customer_tastes') }}
    group by cutoff_id, customer_index, attribute
    having sum(strength) > 0
    union all
    select
        'customer_activity' as feature_table,
        night_share + morning_share + afternoon_share + evening_share as share_sum
    from {{ ref('customer_activity') }}
    where interaction_count is not null
)

select
    feature_table,
    share_sum
from sums
where not coalesce(share_sum between 0.999999 and 1.000001, false)
