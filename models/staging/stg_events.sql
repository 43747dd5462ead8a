-- Grain: one row per raw row of events, duplicates included. Lossy: nothing; a text no cast can read stays in
-- unreadable_values. Read by cleaning/event_fates.
with records as (
    {{ raw_records('events') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    event_id,
    session_id,
    customer_id,
    product_id,
    lower(event_type) as event_type,
    device,
    country,
    referrer,
    {{ typed_columns({'occurred_at': parse_utc('occurred_at')}) }}
from records
