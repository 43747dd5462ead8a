-- Grain: one row per raw row of events, duplicates included. Lossy: nothing; a text no cast can read stays in
-- unreadable_values. Incremental: see reads_from. Read by
-- cleaning/event_fates.
{{ config(
    materialized='incremental', incremental_strategy='reopen', meta={'time_column': 'occurred_at'}, post_hook='{{ note_inputs() }}'
) }}
with records as (
    {{ raw_records('events') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    trim(event_id) as event_id,
    trim(session_id) as session_id,
    trim(customer_id) as customer_id,
    trim(product_id) as product_id,
    lower(trim(event_type)) as event_type,
    device,
    country,
    referrer,
    {{ typed_columns({'occurred_at': parse_utc('occurred_at')}) }}
from records
