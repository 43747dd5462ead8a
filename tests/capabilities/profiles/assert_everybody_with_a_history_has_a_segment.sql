-- Catches a customer with interactions whom no segment takes, and one without who is in one.
select
    cutoff_id,
    customer_id,
    interaction_count,
    segment
from {{ ref('customer_features') }}
where (interaction_count > 0) <> (segment <> 'none')
