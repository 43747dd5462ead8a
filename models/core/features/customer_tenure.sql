-- Grain: cutoff × customer known by the cutoff: signed up, or seen in an order or an interaction, before it. The earliest of
-- these is where tenure starts. A sign-up after the cutoff is the future and says nothing.
with first_orders as (
    select
        cutoff_id,
        customer_index,
        min(ordered_at) as first_ordered_at
    from {{ ref('baskets') }}
    group by cutoff_id, customer_index
),

beginnings as (
    select
        cutoffs.cutoff_id,
        cutoffs.cutoff_at,
        customers.customer_index,
        least(
            case when customers.signed_up_at < cutoffs.cutoff_at then customers.signed_up_at end,
            first_orders.first_ordered_at,
            activity.first_interaction_at
        ) as known_since
    from {{ ref('clean_customers') }} as customers
    cross join {{ ref('cutoffs') }} as cutoffs
    left join first_orders
        on
            cutoffs.cutoff_id = first_orders.cutoff_id
            and customers.customer_index = first_orders.customer_index
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
