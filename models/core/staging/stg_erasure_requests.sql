-- Grain: one row per raw row of erasure_requests, duplicates included. Lossy: drops the customer's identity. record_id only
-- distinguishes requests from each other. unreadable_values keeps texts that no cast can read.
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
