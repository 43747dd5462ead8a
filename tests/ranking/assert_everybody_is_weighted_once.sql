-- Catches a customer who stands on no rung or on one without weights, and so would get an empty list, and weights that don't
-- share out exactly one where they go over from one band of activity to the next.
select
    customers.cutoff_id,
    customers.customer_id,
    weights.mode,
    sum(weights.weight) as total_weight
from {{ ref('cutoff_customers') }} as customers
left join {{ ref('customer_weights') }} as weights
    on
        customers.cutoff_id = weights.cutoff_id
        and customers.customer_id = weights.customer_id
group by customers.cutoff_id, customers.customer_id, weights.mode
having coalesce(abs(sum(weights.weight) - 1), 1) > 1e-9
