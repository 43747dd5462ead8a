-- Grain: one row per raw row of impressions, duplicates included. Lossy: customers who asked to be forgotten (erased_rows
-- counts their rows), and raw ids, for which pseudonyms stand; a text no cast can read stays in unreadable_values.
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
