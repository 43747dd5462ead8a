-- Grain: one row per raw row of feedback, duplicates included. Lossy: drops the rows of customers who requested erasure (counted
-- in erased_rows) and replaces raw ids by pseudonyms. unreadable_values keeps texts that no cast can read.
{{ config(post_hook="{{ check_readable('feedback') }}") }}
with records as (
    {{ raw_records('feedback') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    customer_id,
    product_id,
    lower(trim(verdict)) as verdict,
    {{ typed_columns('feedback') }}
from records
