-- Grain: one row per raw row of consents, duplicates included. Lossy: drops the rows of customers who requested erasure (counted
-- in erased_rows) and replaces raw ids by pseudonyms. unreadable_values keeps texts that no cast can read.
{{ config(post_hook="{{ check_readable('consents') }}") }}
with records as (
    {{ raw_records('consents') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    customer_id,
    lower(trim(purpose)) as purpose,
    {{ typed_columns('consents') }}
from records
