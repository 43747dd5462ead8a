-- Grain: one row per raw row of erasure_requests, duplicates included. Lossy: who asked; what is left of it in record_id tells
-- two requests apart and nothing else. A text no cast can read stays in unreadable_values.
{{ config(post_hook="{{ check_readable('erasure_requests') }}") }}
with records as (
    {{ raw_records('erasure_requests') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    case when customer_id is not null then 'erased' end as customer_id,
    {{ typed_columns('erasure_requests') }}
from records
