-- Grain: one row per raw row of events, duplicates included. Lossy: customers who asked to be forgotten (erased_rows counts
-- their rows), and raw ids, for which pseudonyms stand; a text no cast can read stays in unreadable_values. Incremental: see
-- reads_from.
{{ config(
    materialized='incremental', incremental_strategy='reopen', meta={'time_column': 'occurred_at'},
    post_hook=["{{ check_readable('events') }}", "{{ forget_gone_customers(ref('customer_identities')) }}", '{{ note_inputs() }}']
) }}
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
    lower(trim(event_type)) as event_type,
    device,
    country,
    referrer,
    {{ typed_columns('events') }}
from records
