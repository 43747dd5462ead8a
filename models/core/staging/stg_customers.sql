-- Grain: one row per raw row of customers, duplicates included. Lossy: drops the rows of customers who requested erasure (counted
-- in erased_rows) and replaces raw ids by pseudonyms. unreadable_values keeps texts that no cast can read.
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
