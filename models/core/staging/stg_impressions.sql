-- Grain: one row per raw row of impressions, duplicates included. Lossy: drops the rows of customers who requested erasure
-- (counted in erased_rows) and replaces raw ids by pseudonyms. unreadable_values keeps texts that no cast can read. list_id and
-- release_id are this project's own names, in lower case; the mapping's id_case must not change them.
{{ config(post_hook="{{ check_readable('impressions') }}") }}
with records as (
    {{ raw_records('impressions') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    impression_id,
    lower(list_id) as list_id,
    lower(release_id) as release_id,
    customer_id,
    product_id,
    experiment,
    variant,
    {{ typed_columns('impressions') }}
from records
