-- Grain: one row per kept raw row of events. Read by clean_customers, clean_products and interactions.
select
    record_id,
    customer_id,
    product_id,
    event_type,
    occurred_at
from {{ ref('event_fates') }}
where rejection_reason is null
