-- Grain: one row per raw row of feedback, duplicates included. Lossy: customers who asked to be forgotten (erased_rows counts
-- their rows), and raw ids, for which pseudonyms stand; a text no cast can read stays in unreadable_values.
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
