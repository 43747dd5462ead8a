-- Grain: one row per raw row of order_lines, duplicates included. Lossy: customers who asked to be forgotten (erased_rows
-- counts their rows), and raw ids, for which pseudonyms stand; a text no cast can read stays in unreadable_values. Amounts are
-- decimals, so that sums over any order of rows are equal to the last digit. Incremental: see reads_from.
{{ config(
    materialized='incremental', incremental_strategy='reopen', meta={'time_column': 'ordered_at'},
    post_hook=["{{ forget_gone_customers(ref('customer_identities')) }}", '{{ note_inputs() }}']
) }}
with records as (
    {{ raw_records('order_lines') }}
)

select
    record_hash || '-' || copy_number as record_id,
    copy_number,
    trim(order_id) as order_id,
    customer_id,
    trim(product_id) as product_id,
    upper(trim(currency)) as currency,
    lower(trim(status)) as status,
    channel,
    device,
    country,
    {{ typed_columns({
        'quantity': 'try_cast(quantity as decimal(18, 3))',
        'unit_price': 'try_cast(unit_price as decimal(18, 4))',
        'ordered_at': parse_utc('ordered_at'),
    }) }}
from records
