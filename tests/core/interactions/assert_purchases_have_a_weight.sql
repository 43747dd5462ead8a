-- Catches order lines without effect: they count as the event type purchase, so event_weights must list it.
with purchase_weights as (
    select weight from {{ ref('event_weights') }}
    where event_type = 'purchase'
)

select order_lines.record_id
from {{ ref('clean_order_lines') }} as order_lines
left join purchase_weights on purchase_weights.weight >= 0
where purchase_weights.weight is null
