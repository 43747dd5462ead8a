-- Catches a customer with interactions but without a segment, and a customer without interactions in a segment.
select
    cutoff_id,
    customer_id,
    interaction_count,
    segment
from {{ ref('customer_features') }}
where (interaction_count > 0) <> (segment <> 'none')
