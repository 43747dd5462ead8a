-- Catches a customer without a tier or on a tier without weights, who would get an empty list, and interpolated weights that do
-- not sum to one.
with weights as (
    select
        list_index,
        {{ explode_ranked({'weight': 'weights'}, 'place') }}
    from {{ ref('customer_weights') }}
),

requested as (
    select
        customers.cutoff_id,
        customers.customer_index,
        lists.mode,
        lists.list_index
    from {{ ref('cutoff_customers') }} as customers
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            customers.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose <> 'tune'
    left join {{ ref('lists') }} as lists
        on
            customers.cutoff_id = lists.cutoff_id
            and customers.customer_index = lists.customer_index
)

select
    requested.cutoff_id,
    requested.customer_index,
    requested.mode,
    sum(weights.weight) as total_weight
from requested
left join weights on requested.list_index = weights.list_index
group by requested.cutoff_id, requested.customer_index, requested.mode
having coalesce(abs(sum(weights.weight) - 1), 1) > 1e-9
