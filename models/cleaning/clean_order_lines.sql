-- Grain: one row per kept raw row of order_lines. A line without customer_id stays: it says what sells, though not to whom.
-- Read by clean_customers, clean_products and interactions.
select
    record_id,
    order_id,
    customer_id,
    product_id,
    quantity,
    base_unit_price as unit_price,
    clean_amount as amount,
    ordered_at
from {{ ref('order_line_fates') }}
where rejection_reason is null
