-- Grain: cutoff × customer known by the cutoff: signed up, or seen in an order or an interaction, before it. The earliest of
-- these is where tenure starts. A sign-up after the cutoff is the future and says nothing.
with beginnings as (
    select
        cutoffs.cutoff_id,
        cutoffs.cutoff_at,
        customers.customer_index,
        least(
            case when customers.signed_up_at < cutoffs.cutoff_at then customers.signed_up_at end,
            orders.first_ordered_at,
            activity.first_interaction_at
        ) as known_since
    from {{ ref('clean_customers') }} as customers
    cross join {{ ref('cutoffs') }} as cutoffs
    left join {{ ref('customer_orders') }} as orders
        on
            cutoffs.cutoff_id = orders.cutoff_id
            and customers.customer_index = orders.customer_index
    left join {{ ref('customer_activity') }} as activity
        on
            cutoffs.cutoff_id = activity.cutoff_id
            and customers.customer_index = activity.customer_index
)

select
    cutoff_id,
    customer_index,
    known_since,
    ({{ epoch_seconds('cutoff_at') }} - {{ epoch_seconds('known_since') }}) / 86400.0 as tenure_days
from beginnings
where known_since is not null
