-- Grain: one row per raw row of events, duplicates included. Lossy: drops the rows of customers who requested erasure (counted in
-- erased_rows) and replaces raw ids by pseudonyms. unreadable_values keeps texts that no cast can read. Incremental: see
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
