-- Grain: one row per kept raw row of impressions: a product shown to a customer, and whether the customer clicked or bought it by
-- as_of.
select
    record_id,
    impression_id,
    customer_id,
    product_id,
    position,
    variant,
    propensity,
    shown_at,
    clean_clicked_at as clicked_at,
    clean_purchased_at as purchased_at
from {{ ref('impression_fates') }}
where rejection_reason is null
