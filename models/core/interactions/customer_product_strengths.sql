-- Grain: cutoff × customer × product with at least one interaction before the cutoff. Strength is what every source learns
-- from: the sum of interaction weights, each halved per strength_half_life_days of age. The rows are written in the
-- order of customers, so that a query for some customers reads a small part of the table.
select
    cutoffs.cutoff_id,
    interactions.customer_index,
    interactions.product_index,
    {{ stable_sum(decayed_weight('interactions', 'cutoffs.cutoff_at', var('strength_half_life_days'))) }} as strength,
    count(*) as interaction_count
from {{ ref('interactions') }} as interactions
inner join {{ ref('cutoffs') }} as cutoffs on {{ is_history('interactions', 'cutoffs') }}
group by cutoffs.cutoff_id, interactions.customer_index, interactions.product_index
order by interactions.customer_index asc nulls last
