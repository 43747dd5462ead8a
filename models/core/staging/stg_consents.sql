-- Grain: one row per raw row of consents, duplicates included. Lossy: customers who asked to be forgotten (erased_rows counts
-- their rows), and raw ids, for which pseudonyms stand; a text no cast can read stays in unreadable_values.
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
