-- Grain: one row per raw row of impressions, duplicates included. Lossy: drops the rows of customers who requested erasure
-- (counted in erased_rows) and replaces raw ids by pseudonyms. unreadable_values keeps texts that no cast can read.
{{ config(post_hook="{{ check_readable('impressions') }}") }}
with records as (
    {{ raw_records('impressions') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    impression_id,
    customer_id,
    product_id,
    variant,
    {{ typed_columns('impressions') }}
from records
