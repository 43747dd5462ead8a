select
    order_no as order_id,
    client as customer_id,
    sku as product_id,
    pieces as quantity,
    net_price as unit_price,
    'EUR' as currency,
    ordered as ordered_at,
    state as status
from {{ ref('order_items') }}
