-- Grain: one row per raw row of customers, duplicates included. Lossy: customers who asked to be forgotten (erased_rows counts
-- their rows), and raw ids, for which pseudonyms stand; a text no cast can read stays in unreadable_values.
{{ config(post_hook="{{ check_readable('customers') }}") }}
with records as (
    {{ raw_records('customers') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    customer_id,
    full_name,
    email,
    postcode,
    gender,
    country,
    city,
    occupation,
    acquisition_channel,
    preferred_categories,
    {{ typed_columns('customers') }}
from records
