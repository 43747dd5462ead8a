-- Grain: one row per kept raw row of feedback; a customer may have said different things of a product over time.
select
    record_id,
    customer_id,
    product_id,
    verdict,
    given_at
from {{ ref('feedback_fates') }}
where rejection_reason is null
